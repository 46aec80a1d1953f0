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

/** Columns that Spark refuses a file for are read, or do not matter where they are excluded. */
class ParquetRestTest {
  private static final SparkSession SPARK = LocalSpark.session();
  private static final String ODD =
      "optional fixed_len_byte_array(16) u (UUID); optional int64 t (TIME(MICROS,false));"
          + " optional int32 ms (TIME(MILLIS,true)); optional int64 ns (TIME(NANOS,true));"
          + " optional fixed_len_byte_array(12) i (INTERVAL);"
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
  void oddColumnsAreReadAndExcludedOnesDoNotMatter(String source) throws IOException {
    write("a.parquet", ODD);
    write("t/day=1/a.parquet", ODD);
    write("t/day=2/b.parquet", "required double x; optional double more;");
    SPARK.sql("select 9.0D as x, 'b' as label").write().parquet(at("t/day=3"));
    List<String> said = new ArrayList<>();
    Dataset<Row> rows = read(rows(source, "i", "g"), said);
    boolean many = source.equals("t");
    assertThat(rows.schema().simpleString())
        .isEqualTo(
            "struct<u:string,t:double,ms:double,ns:double,i:string,g:string,x:double,at:timestamp,"
                + "code:smallint,label:string,price:decimal(9,2),list:array<float>"
                + (many ? ",more:double,day:int>" : ">"));
    List<Row> found = rows.orderBy("x", "label").collectAsList();
    assertThat(found).hasSize(many ? 7 : 3);
    assertThat(rows.where("at is not null").count()).isEqualTo(3);
    assertThat(rows.where("i is null and g is null").count()).isEqualTo(found.size());
    List<Row> odd = rows.where("label = 'a'").orderBy("x").collectAsList();
    assertThat(odd.get(0).getString(0)).isEqualTo("00ff7f80-0001-0203-0405-060708090a00");
    assertThat(odd.get(1).getString(0)).isEqualTo("00ff7f80-0001-0203-0405-060708090a01");
    assertThat(odd.get(2).isNullAt(0) && odd.get(2).isNullAt(1)).isTrue();
    assertThat(odd.get(1).getDouble(1)).isEqualTo(86_399.999_999);
    assertThat(odd.get(1).getDouble(2)).isEqualTo(43_200.5);
    assertThat(odd.get(1).getDouble(3)).isEqualTo(1e-9);
    assertThat(said)
        .containsExactly(
            "UUIDs, read as text: u.",
            "Times of day, read as seconds since midnight: t, ms, ns.",
            "Columns that Spark cannot read, left out as data.exclude says: i, g.",
            "Times in nanoseconds, cut to microseconds: at.");
  }

  @Test
  void aPatternExcludesThemToo() throws IOException {
    write("a.parquet", ODD);
    assertThat(read(rows("a.parquet", "*"), new ArrayList<>()).count()).isEqualTo(3);
  }

  @Test
  void theOthersAreRefusedByName() throws IOException {
    write("a.parquet", ODD);
    refused(rows("a.parquet", "u", "g"), "i of type INTERVAL");
    refused(rows("a.parquet"), "i of type INTERVAL, g.deep of type TIME(MILLIS,true)");
  }

  /** Left out, it would be empty in each row. */
  @Test
  void aConditionThatNamesItNeedsTheColumn() throws IOException {
    write("a.parquet", ODD);
    refused(
        data()
            .from(TestDataSettings.source(at("a.parquet"), null, null, null, "I is not null"))
            .label("label")
            .exclude("i", "g"),
        "i of type INTERVAL");
  }

  /** Names within others, and the roles of columns. */
  @Test
  void onlyTheWholeNameIsMeant() throws IOException {
    write("a.parquet", ODD);
    TestDataSettings settings =
        data()
            .from(
                TestDataSettings.source(
                    at("a.parquet"), null, null, null, "label = 'big' or x > 1 -- i_ g2"))
            .label("label")
            .exclude("i", "g");
    assertThat(read(settings, new ArrayList<>()).count()).isEqualTo(1);
    refused(rows("a.parquet", "i", "g").id("i"), "i of type INTERVAL");
  }

  /** Names that Parquet cannot read again where it has written them for people; other cases. */
  @Test
  void anyNamesGoTogether() throws IOException {
    String odd = "price (EUR), net; a=b\t{c}";
    MessageType type =
        org.apache.parquet.schema.Types.buildMessage()
            .optional(org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE)
            .named(odd)
            .optional(org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64)
            .as(
                org.apache.parquet.schema.LogicalTypeAnnotation.timeType(
                    false, org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS))
            .named("Clock")
            .named("a root");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(at("t/a.parquet")))
            .withType(type)
            .build()) {
      writer.write(new SimpleGroup(type).append(odd, 2.5).append("Clock", 1_500_000L));
    }
    SPARK
        .sql("select 3.5D as X, 'b' as label, named_struct('a', 1) as nested")
        .write()
        .mode("append")
        .parquet(at("t"));
    write("t/b.parquet", "required double x; required binary label (STRING);");
    Dataset<Row> rows = read(rows("t"), new ArrayList<>());
    assertThat(rows.columns()).contains(odd, "Clock").hasSize(5);
    assertThat(rows.where("Clock = 1.5").select("`" + odd + "`").first().getDouble(0))
        .isEqualTo(2.5);
    assertThat(rows.where("x = 3.5").select("nested.a").first().getInt(0)).isEqualTo(1);
    assertThat(rows.where("x is not null").count()).isEqualTo(4);
  }

  @Test
  void aConditionReadsAUuid() throws IOException {
    write("a.parquet", ODD.replace("optional fixed_len_byte_array(12) i (INTERVAL);", ""));
    TestDataSettings settings =
        data()
            .from(
                TestDataSettings.source(
                    at("a.parquet"),
                    null,
                    null,
                    null,
                    "u = '00ff7f80-0001-0203-0405-060708090a01' and t > 86399"))
            .label("label")
            .exclude("g");
    assertThat(read(settings, new ArrayList<>()).count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "required float x; required binary label (STRING);",
        "required double x; optional fixed_len_byte_array(16) u;",
        "required double x; optional int64 t;",
        "required double x; optional int64 G;",
        "required double x; optional int32 t (TIME(MILLIS,false));"
      })
  void columnsOfTwoTypesAreRefused(String other) throws IOException {
    write("t/a.parquet", ODD);
    write("t/b.parquet", other);
    assertThatThrownBy(() -> read(rows("t", "i", "g"), new ArrayList<>()))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e)
                  .hasMessageContaining("the type of a column differs between Parquet files");
              assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).endsWith("b.parquet"));
            });
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
        if (type.containsField("g")) {
          if (i < 2) {
            byte[] id = {0, -1, 127, -128, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (byte) i};
            row.append("u", Binary.fromConstantByteArray(id))
                .append("t", i * 86_399_999_999L)
                .append("ms", i * 43_200_500)
                .append("ns", (long) i);
          }
          row.append("at", 1_000_000L * i);
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
