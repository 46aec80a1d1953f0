package dev.strata.driver.source;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times in nanoseconds are the times that the same numbers of microseconds are. */
class ParquetTimesTest {
  private static final SparkSession SPARK = LocalSpark.session();
  private static final String ZONE = "spark.sql.session.timeZone";
  private static final long SECOND = 1_000_000_000L;

  @TempDir private Path folder;

  @AfterEach
  void settings() {
    SPARK.conf().unset(ParquetTimes.AS_NUMBERS);
    SPARK.conf().unset(ZONE);
  }

  /** In a zone with summer time, which must not matter to local times. */
  @ParameterizedTest
  @ValueSource(strings = {"UTC", "America/New_York"})
  void numbersOfNanosecondsAreThoseOfMicroseconds(String zone) throws IOException {
    SPARK.conf().set(ZONE, zone);
    List<Long> nanos =
        new ArrayList<>(
            List.of(
                0L, 1L, 999L, 1000L, -1L, -999L, -1000L, -1001L, Long.MAX_VALUE, Long.MIN_VALUE));
    // In the hour that New York's clocks skip.
    nanos.add(
        LocalDateTime.parse("2024-03-10T02:30:00").toEpochSecond(java.time.ZoneOffset.UTC)
            * SECOND);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 200; i++) {
      nanos.add(random.nextLong());
    }
    write("a.parquet", "true", nanos);
    List<String> said = new ArrayList<>();
    Dataset<Row> rows = read("a.parquet", said);
    assertThat(rows.schema().simpleString())
        .isEqualTo("struct<x:double,at:timestamp,local_:timestamp_ntz,label:string>");
    List<Row> found =
        rows.selectExpr("unix_micros(at)", "cast(local_ as string)", "x").collectAsList();
    assertThat(found).hasSize(nanos.size() + 1);
    for (Row row : found) {
      int number = (int) row.getDouble(2);
      if (number == nanos.size()) {
        assertThat(row.isNullAt(0) && row.isNullAt(1)).isTrue();
        continue;
      }
      long micros = Math.floorDiv(nanos.get(number), 1000L);
      assertThat(row.getLong(0)).isEqualTo(micros);
      LocalDateTime local =
          LocalDateTime.ofEpochSecond(
              Math.floorDiv(micros, 1_000_000L),
              (int) Math.floorMod(micros, 1_000_000L) * 1000,
              java.time.ZoneOffset.UTC);
      assertThat(LocalDateTime.parse(row.getString(1).replace(' ', 'T'))).isEqualTo(local);
    }
    assertThat(said).containsExactly("Times in nanoseconds, cut to microseconds: at, local_.");
  }

  /** Also where the setting stands, by the user or from a source before. */
  @Test
  void everyFileOfASourceIsLookedAt() throws IOException {
    SPARK.sql("select 7.0D as x, 'a' as label").write().parquet(folder.resolve("plain").toString());
    write("t/a.parquet", "true", List.of(SECOND));
    SPARK
        .read()
        .parquet(folder.resolve("plain").toString())
        .write()
        .mode("append")
        .parquet(at("t"));
    write("t/b.parquet", "true", List.of(2 * SECOND));
    for (int time = 0; time < 2; time++) {
      List<Row> found = read("t", new ArrayList<>()).selectExpr("unix_micros(at)").collectAsList();
      TreeSet<Long> micros = new TreeSet<>();
      found.stream().filter(row -> !row.isNullAt(0)).forEach(row -> micros.add(row.getLong(0)));
      assertThat(micros).containsExactly(1_000_000L, 2_000_000L);
      assertThat(found).hasSize(5);
    }
    List<String> said = new ArrayList<>();
    assertThat(read("plain", said).count()).isEqualTo(1);
    assertThat(said).isEmpty();
  }

  @Test
  void instantsDoNotGoWithLocalTimes() throws IOException {
    write("t/a.parquet", "true", List.of(SECOND));
    write("t/b.parquet", "false", List.of(SECOND));
    assertThatThrownBy(() -> read("t", new ArrayList<>()))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.found()).hasValue("at of type TIMESTAMP(NANOS,false)");
            });
  }

  /** A whole number of milliseconds, older pandas' microseconds, the name of a folder. */
  @ParameterizedTest
  @ValueSource(strings = {"at bigint", "at int", "at timestamp", "AT bigint", "at string"})
  void whatIsElsewhereInAnotherFileIsRefused(String column) throws IOException {
    SPARK
        .sql("select cast(null as " + column.split(" ")[1] + ") as " + column.split(" ")[0])
        .selectExpr("*", "7.0D as x", "'a' as label")
        .coalesce(1)
        .write()
        .parquet(at("t"));
    write("t/a.parquet", "true", List.of(SECOND));
    assertThatThrownBy(() -> read("t", new ArrayList<>()))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).contains("part-0"));
              assertThat(e.found())
                  .hasValueSatisfying(
                      f -> assertThat(f).startsWith(column.split(" ")[0] + " of type"));
            });
  }

  @Test
  void aFolderOfTheSameNameIsRefused() throws IOException {
    write("t/at=5/a.parquet", "true", List.of(SECOND));
    assertThatThrownBy(() -> read("t", new ArrayList<>()))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.found()).hasValue("the folder at=5"));
  }

  /** Spark does not read them. */
  @Test
  void filesOfFoldersBelowDoNotMatter() throws IOException {
    write("t/a.parquet", "true", List.of(SECOND));
    write("t/old/b.parquet", "false", List.of(SECOND));
    assertThat(read("t", new ArrayList<>()).count()).isEqualTo(2);
  }

  @Test
  void theUsersOwnSettingChangesNothing() throws IOException {
    SPARK.conf().set(ParquetTimes.AS_NUMBERS, " True".strip());
    write("a.parquet", "true", List.of(SECOND));
    assertThat(read("a.parquet", new ArrayList<>()).schema().simpleString())
        .contains("at:timestamp,");
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private Dataset<Row> read(String name, List<String> said) {
    DataSettings settings = data().from(at(name)).label("label").build();
    return new SourceReader(SPARK, settings, Optional.empty(), said::add).read(settings.source());
  }

  /** A row for each number, and one without times. */
  private void write(String name, String instant, List<Long> nanos) throws IOException {
    MessageType columns =
        MessageTypeParser.parseMessageType(
            "message m { required double x; optional int64 at (TIMESTAMP(NANOS,"
                + instant
                + ")); optional int64 local_ (TIMESTAMP(NANOS,false)); required binary label"
                + " (STRING); }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(at(name)))
            .withType(columns)
            .build()) {
      for (int i = 0; i <= nanos.size(); i++) {
        Group row = new SimpleGroup(columns).append("x", (double) i).append("label", "a");
        if (i < nanos.size()) {
          row.append("at", nanos.get(i)).append("local_", nanos.get(i));
        }
        writer.write(row);
      }
    }
  }
}
