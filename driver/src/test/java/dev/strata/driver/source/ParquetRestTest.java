package dev.strata.driver.source;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
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

/** Columns that Spark refuses a file for do not matter where they are excluded. */
class ParquetRestTest {
  private static final SparkSession SPARK = LocalSpark.session();
  private static final String ODD =
      "required fixed_len_byte_array(16) u (UUID); optional int64 t (TIME(MICROS,false));"
          + " optional group g { required int32 deep (TIME(MILLIS,true)); }"
          + " required double x; optional int64 at (TIMESTAMP(NANOS,true));"
          + " optional int32 code (UINT_8); required binary label (STRING);"
          + " optional fixed_len_byte_array(5) price (DECIMAL(9,2));"
          + " optional group list (LIST) { repeated group list { optional float element; } }";

  @TempDir private Path folder;

  @AfterEach
  void settings() {
    SPARK.conf().unset(ParquetTimes.AS_NUMBERS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.parquet", "t"})
  void excludedColumnsDoNotStopTheOthers(String source) throws IOException {
    write("a.parquet", ODD);
    write("t/day=1/a.parquet", ODD);
    write("t/day=2/b.parquet", "required double x; optional double more;");
    SPARK.sql("select 9.0D as x, 'b' as label").write().parquet(at("t/day=3"));
    List<String> said = new ArrayList<>();
    Dataset<Row> rows = read(rows(source, "u", "t", "g"), said);
    boolean many = source.equals("t");
    assertThat(rows.schema().simpleString())
        .isEqualTo(
            "struct<u:string,t:string,g:string,x:double,at:timestamp,code:smallint,label:string,"
                + "price:decimal(9,2),list:array<float>"
                + (many ? ",more:double,day:int>" : ">"));
    List<Row> found = rows.orderBy("x").selectExpr("x", "label", "unix_micros(at)").collectAsList();
    assertThat(found.get(0).getDouble(0)).isZero();
    assertThat(found.get(found.size() - 1).getDouble(0)).isEqualTo(many ? 9 : 2);
    assertThat(found).hasSize(many ? 7 : 3);
    assertThat(rows.where("at is not null").count()).isEqualTo(3);
    assertThat(rows.where("u is null and t is null and g is null").count()).isEqualTo(found.size());
    assertThat(said)
        .containsExactly(
            "Columns that Spark cannot read, left out as data.exclude says: u, t, g.",
            "Times in nanoseconds, cut to microseconds: at.");
  }

  @Test
  void aPatternExcludesThemToo() throws IOException {
    write("a.parquet", ODD);
    assertThat(read(rows("a.parquet", "*"), new ArrayList<>()).count()).isEqualTo(3);
  }

  @Test
  void theOthersAreStillRefusedByName() throws IOException {
    write("a.parquet", ODD);
    refused(rows("a.parquet", "u", "g"), "t of type TIME(MICROS,false)");
    refused(rows("a.parquet"), "u of type UUID, t of type TIME(MICROS,false), g.deep of type");
  }

  /** Left out, it would be empty in each row. */
  @Test
  void aConditionThatNamesItNeedsTheColumn() throws IOException {
    write("a.parquet", ODD);
    refused(
        data()
            .from(TestDataSettings.source(at("a.parquet"), null, null, null, "U is not null"))
            .label("label")
            .exclude("u", "t", "g"),
        "u of type UUID");
  }

  @Test
  void columnsOfTwoTypesAreRefused() throws IOException {
    write("t/a.parquet", ODD);
    write("t/b.parquet", "required float x; required binary label (STRING);");
    refused(rows("t", "u", "t", "g"), "x of type float");
  }

  private void refused(TestDataSettings settings, String found) {
    assertThatThrownBy(() -> read(settings, new ArrayList<>()))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.found()).hasValueSatisfying(f -> assertThat(f).startsWith(found));
            });
  }

  private TestDataSettings rows(String source, String... excluded) {
    return data().from(at(source)).label("label").exclude(excluded);
  }

  private static Dataset<Row> read(TestDataSettings settings, List<String> said) {
    var built = settings.build();
    return new SourceReader(SPARK, built, Optional.empty(), said::add).read(built.source());
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  /** Three rows with what the columns need. */
  private void write(String name, String columns) throws IOException {
    MessageType type = MessageTypeParser.parseMessageType("message m { " + columns + " }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(at(name)))
            .withType(type)
            .build()) {
      for (int i = 0; i < 3; i++) {
        Group row = new SimpleGroup(type);
        if (type.containsField("u")) {
          row.append("u", Binary.fromConstantByteArray(new byte[16]))
              .append("t", 5L)
              .append("at", 1_000_000L * i);
          row.addGroup("g").append("deep", 7);
        }
        if (columns.contains("float x")) {
          row.append("x", (float) i);
        } else {
          row.append("x", (double) i);
        }
        if (type.containsField("label")) {
          row.append("label", "a");
        }
        writer.write(row);
      }
    }
  }
}
