package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.file.ClusterFailure;
import dev.strata.driver.file.ReadFailure;
import dev.strata.driver.file.SourceRows;
import dev.strata.driver.file.SparkFailures;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Spark throws while it reads rows is the data's; what the cluster or Strata does is not. */
class ReadFailureTest extends CsvFixture {
  private static final SparkSession SPARK = LocalSpark.session();

  @BeforeEach
  void ansi() {
    SPARK.conf().set("spark.sql.ansi.enabled", "true");
  }

  @AfterEach
  void noAnsi() {
    SPARK.conf().unset("spark.sql.ansi.enabled");
  }

  @Test
  void aCastInTheConditionNamesValueConditionAndFile() {
    StrataException e =
        failure(
            data()
                .from(source(Cases.at("ansi-bad-cast/people.csv"), null, null, null, "age > 20"))
                .label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).endsWith("people.csv"));
    assertThat(e.found())
        .hasValueSatisfying(f -> assertThat(f).contains("'NA'", "cannot be cast", "age > 20"));
    assertThat(e.expected()).hasValueSatisfying(x -> assertThat(x).contains("try_cast"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1 div (id - 3) as x, 'a' as label from range(9)",
        "select array(1, 2)[cast(id as int)] as x, 'a' as label from range(9)",
        "select cast(id * 1000000000000 as int) as x, 'a' as label from range(9)",
        "select if(id = 3, cast(raise_error('no') as bigint), id) as x, 'a' as label from range(9)",
        "select sum(1 div (id - 3)) as x, label from (select id, 'a' as label from range(9))"
            + " group by label",
        "select a.id as x, 'a' as label from range(9) a join range(9) b on a.id = 1 div (b.id - 3)"
      })
  void queriesThatFailOnARow(String sql) {
    StrataException e = failure(data().from(source(null, null, null, sql, null)).label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("Spark cannot compute a row of the source");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "element_at(array(1, 2), 0) = 1",
        "to_date(label, 'QQQ') is null",
        "label rlike '(['",
        "1 div (x - 3) > 0"
      })
  void conditionsThatFailAreNoFaultOfTheFile(String where) {
    SPARK.range(9).selectExpr("id as x", "concat('a', id) as label").write().parquet(at("w"));
    StrataException e =
        failure(data().from(source(at("w"), null, null, null, where)).label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("Spark cannot compute a row of the source");
  }

  @Test
  void rowsThatAreOfNoFileNameNone() {
    String sql = "select cast(null as int) as x, 'a' as label from range(3)";
    StrataException e = failure(data().from(source(null, null, null, sql, null)).label("label"));
    assertThat(e).hasMessageContaining("missing value");
    assertThat(e.file()).isEmpty();
  }

  @Test
  void aConditionThatNoRowMeetsIsNamed() {
    String people = Cases.at("ansi-bad-cast/people.csv");
    StrataException e =
        failure(data().from(source(people, null, null, null, "label = 'z'")).label("label"));
    assertThat(e.key()).hasValue("data.where");
    assertThat(e.found()).hasValue("label = 'z'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc"})
  void damagedFilesAreNamed(String format) throws IOException {
    SPARK.range(5000).selectExpr("id as x", "'a' as label").write().format(format).save(at("t"));
    for (double share : new double[] {0.5, 0.02}) {
      Path file = part("t", format);
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(whole, (int) (whole.length * share)));
      StrataException e = failure(data().from(at("t")).format(format).label("label"));
      assertThat(e.kind()).isEqualTo(FailureKind.DATA);
      assertThat(e).hasMessageContaining("part-0").hasMessageContaining(format);
      byte[] noise = whole.clone();
      Arrays.fill(noise, 4, whole.length / 2, (byte) 77);
      Files.write(file, noise);
      StrataException damaged = failure(data().from(at("t")).format(format).label("label"));
      assertThat(damaged.kind()).isEqualTo(FailureKind.DATA);
      Files.write(file, whole);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "libsvm"})
  void cutOffPackedTextsAreNamed(String format) throws IOException {
    StringBuilder text = new StringBuilder(format.equals("csv") ? "x,label\n" : "");
    for (int i = 0; i < 5000; i++) {
      text.append(
          switch (format) {
            case "csv" -> (i * 7919) % 1000 + ",\"a\"\n";
            case "json" -> "{\"x\":" + (i * 7919) % 1000 + ",\"label\":\"a\"}\n";
            default -> i % 2 + " 1:" + (i * 7919) % 1000 + "\n";
          });
    }
    Path file = temp.resolve("t." + format + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    StrataException e = failure(data().from(file.toString()).label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("t." + format + ".gz");
    Files.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(failure(data().from(file.toString()).label("label")).kind())
        .isEqualTo(FailureKind.DATA);
  }

  @Test
  void aFileThatGoesWhileItIsReadIsNamed() throws IOException {
    SPARK.range(10).selectExpr("id as x", "'a' as label").write().parquet(at("t"));
    Dataset<Row> rows = SPARK.read().parquet(at("t"));
    Files.delete(part("t", "parquet"));
    assertThatThrownBy(
            () ->
                SparkFailures.unwrapped(
                    () -> rows.javaRDD().mapPartitions(SourceRows::new).count()))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e).hasMessageContaining("part-0").hasMessageContaining("do not change");
            });
    assertThatThrownBy(() -> SparkFailures.unwrapped(rows::count))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e).hasMessageContaining("part-0"));
  }

  @Test
  void typesOfAFileThatATableDoesNotHave() {
    SPARK.range(10).selectExpr("cast(id as string) as x", "'a' as label").write().parquet(at("t"));
    SPARK
        .read()
        .schema("x double, label string")
        .parquet(at("t"))
        .createOrReplaceTempView("strata_types");
    StrataException e =
        failure(data().from(source(null, null, "strata_types", null, null)).label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("[x]").hasMessageContaining("part-0");
  }

  /** Alone, and beside a file that Spark reads. */
  @ParameterizedTest
  @ValueSource(strings = {"t/odd.parquet", "t"})
  void columnsOfTypesThatSparkRefusesAreNamedAllAtOnce(String source) throws IOException {
    SPARK.range(10).selectExpr("double(id) as x", "'a' as label").write().parquet(at("t"));
    String columns =
        "message m { required double x; required int64 t (TIME(MICROS,false));"
            + " optional int64 n (TIMESTAMP(NANOS,true)); required int64 m (TIMESTAMP(MICROS,true));"
            + " repeated int64 several (TIMESTAMP(NANOS,false));"
            + " optional fixed_len_byte_array(16) u (UUID);"
            + " optional fixed_len_byte_array(12) i (INTERVAL);"
            + " optional group g { required int32 deep (TIME(MILLIS,true)); }"
            + " required binary label (STRING); }";
    ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(at("t/odd.parquet")))
        .withType(MessageTypeParser.parseMessageType(columns))
        .build()
        .close();
    StrataException e = failure(data().from(at(source)).label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e.file()).hasValueSatisfying(f -> assertThat(f).endsWith("odd.parquet"));
    assertThat(e.found())
        .hasValue(
            "several of type TIMESTAMP(NANOS,false), i of type INTERVAL, g.deep of type"
                + " TIME(MILLIS,true)");
  }

  @Test
  void foldersThatDoNotGoTogether() throws IOException {
    Files.createDirectories(temp.resolve("f/day=1"));
    Files.createDirectories(temp.resolve("f/month=1"));
    Files.writeString(temp.resolve("f/day=1/a.csv"), "x,label\n1,a\n");
    Files.writeString(temp.resolve("f/month=1/b.csv"), "x,label\n1,a\n");
    StrataException e = failure(data().from(at("f")).label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e).hasMessageContaining("day").hasMessageContaining("month");
  }

  @Test
  void failuresOfTheClusterAndFaultsOfStrataStayWhatTheyAre() {
    Throwable lost = new SparkException("Job aborted: ExecutorLostFailure (executor 1 exited)");
    assertThat(ReadFailure.onDriver(lost)).isEmpty();
    assertThat(ReadFailure.inTask(new IOException("x", new ConnectException("refused")))).isEmpty();
    assertThatThrownBy(
            () ->
                SparkFailures.unwrapped(
                    () -> {
                      throw new NullPointerException("ours");
                    }))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> SPARK.range(3).javaRDD().map(i -> fault()).collect())
        .satisfies(thrown -> assertThat(ReadFailure.onDriver(thrown)).isEmpty());
    SourceRows<Object> rows = new SourceRows<>(Stream.generate(ReadFailureTest::fault).iterator());
    assertThatThrownBy(rows::next).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancelled", "Connection refused", "FetchFailed"})
  void aValueThatReadsLikeAFailureOfTheClusterIsAValue(String value) throws IOException {
    Path file = temp.resolve("t.csv");
    Files.writeString(file, "x,label\n1,a\n" + value + ",b\n");
    StrataException e =
        failure(data().from(source(file.toString(), null, null, null, "x > 0")).label("label"));
    assertThat(e.kind()).isEqualTo(FailureKind.DATA);
    assertThat(e.found()).hasValueSatisfying(f -> assertThat(f).contains("'" + value + "'"));
  }

  @Test
  void aCancelledJobIsTheClusters() {
    assertThat(ClusterFailure.is(new SparkException("Job 3 cancelled by the user"))).isTrue();
    assertThat(ClusterFailure.is(new IOException("file:/tmp/cancelled/a.parquet"))).isFalse();
  }

  @Test
  void aFaultWhileASourceIsOpenedStaysAFault() {
    assertThatThrownBy(() -> ReadFailure.onOpening(new NullPointerException("ours"), "data"))
        .isInstanceOf(NullPointerException.class);
    assertThat(ReadFailure.ofFile(new IllegalStateException("ours"), "a.csv")).isEmpty();
    assertThat(ReadFailure.ofFile(new IllegalArgumentException("theirs"), "a.csv")).isPresent();
  }

  @Test
  void onlyTheTextOfAFailureMayComeBack() {
    String text =
        "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure:"
            + " Lost task 0.3 in stage 1.0 (TID 5) (10.0.0.1 executor 2):"
            + " org.apache.spark.SparkNumberFormatException: [CAST_INVALID_INPUT] The value 'NA'"
            + " cannot be cast\n"
            + "\tat org.apache.spark.sql.errors.QueryExecutionErrors$.a(Q.scala:1)\n"
            + "\n"
            + "Driver stacktrace:";
    assertThat(ReadFailure.onDriver(new SparkException(text)))
        .hasValueSatisfying(
            e -> assertThat(e.found()).hasValueSatisfying(f -> assertThat(f).contains("'NA'")));
    assertThat(
            ReadFailure.onDriver(
                new SparkException(
                    text.replace("org.apache.spark.sql.errors.Q", "dev.strata.driver.data.Q"))))
        .isEmpty();
  }

  private static Object fault() {
    throw new IllegalStateException("internal error");
  }

  private Path part(String folder, String format) throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve(folder))) {
      List<Path> found =
          files.filter(f -> f.getFileName().toString().matches("part-.*" + format)).toList();
      for (Path file : found) {
        Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      }
      return found.get(0);
    }
  }

  private String at(String name) {
    return temp.resolve(name).toString();
  }
}
