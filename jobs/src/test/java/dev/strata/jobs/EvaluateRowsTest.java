package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows {@code evaluate} measures, and how sources of test rows are read. */
class EvaluateRowsTest {
  private static final String WHOLE = "data.split={ validation = 0, test = 0 }";

  @TempDir private static Path folder;
  private static Workbench bench;
  private static String model;

  @BeforeAll
  static void train() {
    bench = new Workbench(folder);
    bench.run("train", "model", "training.epochs=8").expect(0);
    model = "model=" + bench.path("model");
    bench.write("new.csv", Workbench.rows(40));
    bench.write("plain.txt", Workbench.rows(25).replace(',', ';').replaceFirst(".*\n", ""));
    LocalSpark.session()
        .read()
        .option("header", "true")
        .csv(bench.path("new.csv"))
        .createOrReplaceTempView("evaluated_rows");
  }

  @Test
  void allRowsOfALabelledFileAreMeasuredAsTestRows() {
    CommandResult result = bench.run("evaluate", "all", model, WHOLE, path("new.csv")).expect(0);
    assertThat(result.err()).contains("Evaluating all rows of the source");
    assertThat(metrics("all").keySet()).containsExactly("test");
    assertThat(rows("all")).isEqualTo(40);
    assertThat(metrics("all").get("test").get("accuracy")).isGreaterThan(0.9);
    bench
        .run("evaluate", "few", model, WHOLE, path("new.csv"), "data.labels-per-class=2")
        .expect(0);
    assertThat(rows("few")).isEqualTo(40);
    assertThat(
            bench
                .run("evaluate", "bad", model, WHOLE, path("new.csv"), "data.label=knd")
                .expect(3)
                .err())
        .contains("no column knd", "key: data.label", bench.path("new.csv"));
    assertThat(bench.run("evaluate", "no", model, WHOLE, path("none.csv")).expect(3).err())
        .contains("key: data.path", "none.csv");
  }

  @Test
  void namedTestRowsAreMeasuredAlone() {
    bench.run("evaluate", "split", model).expect(0);
    assertThat(rows("split")).isEqualTo(18);
    String alone = "data={ path = null, test.path = \"" + bench.path("new.csv") + "\" }";
    bench.run("evaluate", "alone", model, WHOLE, alone).expect(0);
    assertThat(rows("alone")).isEqualTo(40);
    bench.run("check", "none", model, WHOLE, alone).expect(0);
    assertThat(
            bench
                .run("evaluate", "part", model, "data.split.test=0", path("new.csv"))
                .expect(2)
                .err())
        .contains("evaluation.part", "train, validation", "without data.test and data.split");
  }

  @Test
  void aTestSourceIsReadAsItsOwnKeysSay() {
    String columns = "column-names = [row, x, y, kind]";
    String plain = "path = \"" + bench.path("plain.txt") + "\", format = csv, " + columns;
    assertThat(measured("o", plain + ", options { sep = \";\", header = false }")).isEqualTo(25);
    assertThat(
            measured("w", plain + ", options { sep = \";\", header = false }, where = \"row < 5\""))
        .isEqualTo(5);
    LocalSpark.session().table("evaluated_rows").write().parquet(bench.path("rows.parquet"));
    assertThat(measured("p", "path = \"" + bench.path("rows.parquet") + "\"", "data.format=csv"))
        .as("the format of data does not fit")
        .isEqualTo(-1);
    assertThat(
            measured(
                "f",
                "format = auto, path = \"" + bench.path("rows.parquet") + "/*.parquet\"",
                "data.format=csv"))
        .isEqualTo(40);
    assertThat(measured("t", "table = evaluated_rows")).isEqualTo(40);
    assertThat(measured("s", "sql = \"select * from evaluated_rows where row < 7\"")).isEqualTo(7);
    String header = "path = \"" + bench.path("new.csv") + "\", column-names = []";
    assertThat(
            measured(
                "h", header, "data.column-names=[row, x, y, kind]", "data.options.header=true"))
        .as("the names in the test file's own header")
        .isEqualTo(40);
  }

  @Test
  void aConditionHoldsForItsOwnSource() {
    String[] asked = {
      model, WHOLE, "data.where=\"row < 10\"", "data.test.path=" + bench.path("new.csv")
    };
    bench.run("evaluate", "where", asked).expect(0);
    assertThat(rows("where")).isEqualTo(40);
  }

  /** Rows of a test source; -1 where it cannot be read. */
  private long measured(String output, String test, String... more) {
    String[] settings =
        Stream.concat(Stream.of(model, WHOLE, "data.test={ " + test + " }"), Stream.of(more))
            .toArray(String[]::new);
    CommandResult checked = bench.run("check", "none", settings);
    CommandResult result = bench.run("evaluate", output, settings);
    assertThat(checked.code()).as(result.err()).isEqualTo(result.code());
    if (result.code() != 0) {
      assertThat(result.code()).isEqualTo(3);
      return -1;
    }
    return rows(output);
  }

  private String path(String name) {
    return "data.path=" + bench.path(name);
  }

  private Map<String, Map<String, Double>> metrics(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow().metrics();
  }

  private long rows(String output) {
    try {
      Path file = folder.resolve(output).resolve("evaluation.json");
      return Json.mapper().readTree(file.toFile()).get("rows").asLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
