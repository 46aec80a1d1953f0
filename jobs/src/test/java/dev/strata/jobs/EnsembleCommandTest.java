package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate} and {@code extract} of several models, and of passes with dropout. */
class EnsembleCommandTest {
  @TempDir private static Path folder;
  private static Workbench bench;
  private static String a;
  private static String b;

  @BeforeAll
  static void train() {
    bench = new Workbench(folder);
    bench.run("train", "a", "network.seed=1").expect(0);
    bench
        .run(
            "train",
            "b",
            "network.seed=2",
            "network.layers=[{ type = dense, units = 7, dropout = 0.3, name = hidden-1 },"
                + " { type = output }]")
        .expect(0);
    bench.run("evaluate", "of-a", "model=" + bench.path("a")).expect(0);
    bench.run("evaluate", "of-b", "model=" + bench.path("b")).expect(0);
    a = bench.path("a");
    b = bench.path("b");
  }

  private static String models(String... paths) {
    return "model=[\"" + String.join("\", \"", paths) + "\"]";
  }

  private static Map<String, Map<String, Double>> metrics(String output) {
    return RunFolder.of(new Configuration(), bench.path(output)).result().orElseThrow().metrics();
  }

  @Test
  void anEnsembleOfOneIsTheModel() throws IOException {
    bench.run("evaluate", "one", models(a)).expect(0);
    assertThat(Files.readString(folder.resolve("one/evaluation.json")))
        .isEqualTo(Files.readString(folder.resolve("of-a/evaluation.json")));
    assertThat(folder.resolve("one/evaluation-members.json")).doesNotExist();
  }

  @Test
  void theSameModelTwiceIsTheModel() {
    bench.run("evaluate", "twice", models(a, a)).expect(0);
    Map<String, Double> twice = new TreeMap<>(metrics("twice").get("test"));
    Map<String, Double> once = new TreeMap<>(metrics("of-a").get("test"));
    assertThat(twice.remove("mutual-information")).isEqualTo(0, within(1e-9));
    assertThat(twice.remove("predictive-entropy")).isPositive();
    assertThat(twice.remove("loss")).isEqualTo(once.remove("loss"), within(1e-6));
    assertThat(twice).isEqualTo(once);
    assertThat(metrics("twice").get("member-1")).isEqualTo(metrics("of-a").get("test"));
  }

  @Test
  void theMeanOfTheProbabilitiesIsMeasuredBesideEachMember() throws IOException {
    CommandResult result = bench.run("evaluate", "both", models(a, b)).expect(0);
    assertThat(result.out()).contains("ensemble of 2 models", "member-1: ", "member-2: ");
    assertThat(metrics("both").get("member-1")).isEqualTo(metrics("of-a").get("test"));
    assertThat(metrics("both").get("member-2")).isEqualTo(metrics("of-b").get("test"));
    JsonNode members =
        Json.mapper().readTree(folder.resolve("both/evaluation-members.json").toFile());
    assertThat(members).hasSize(2);
    assertThat(members.get(1).get("model").asText()).endsWith("/b/model");
    assertThat(Files.readString(folder.resolve("both/report.html")))
        .contains("Ensemble and members", "member-2");
    CommandResult again =
        CommandResult.of(
            "evaluate",
            "--config",
            bench.path("c.conf"),
            "--model",
            a,
            "--model",
            b,
            "--output",
            bench.path("both"));
    assertThat(again.expect(0).err()).contains("already finished");
  }

  /** Columns by member, and one prediction, which is the mean that plain Java computes. */
  @Test
  void extractGivesEachMembersFeaturesAndOnePrediction() {
    String[] asked = {"extract.layers=[hidden-1, output]", "extract.predictions=true"};
    bench.run("extract", "x", models(a, b), asked[0], asked[1]).expect(0);
    bench.run("extract", "xa", "model=" + a, asked[0], asked[1]).expect(0);
    bench.run("extract", "xb", "model=" + b, asked[0], asked[1]).expect(0);
    List<Row> both = rows("x");
    List<Row> ofA = rows("xa");
    List<Row> ofB = rows("xb");
    assertThat(both.get(0).schema().fieldNames())
        .containsExactly(
            "row",
            "member_1_hidden_1",
            "member_1_output",
            "member_2_hidden_1",
            "member_2_output",
            "prediction",
            "probabilities");
    for (int i = 0; i < both.size(); i++) {
      assertThat(both.get(i).getList(1)).isEqualTo(ofA.get(i).getList(1));
      assertThat(both.get(i).getList(3)).isEqualTo(ofB.get(i).getList(1));
      assertThat(both.get(i).getList(4)).isEqualTo(ofB.get(i).getList(2));
      List<Float> one = ofA.get(i).getList(4);
      List<Float> two = ofB.get(i).getList(4);
      List<Float> mean = both.get(i).getList(6);
      int best = 0;
      for (int c = 0; c < mean.size(); c++) {
        assertThat(mean.get(c))
            .isEqualTo((float) (((double) one.get(c) + two.get(c)) / 2), within(1e-7f));
        best = mean.get(c) > mean.get(best) ? c : best;
      }
      assertThat(both.get(i).getString(5)).isEqualTo("abc".substring(best, best + 1));
    }
    assertThat(bench.run("extract", "r", models(a, b), "extract.reconstruction-error=true"))
        .satisfies(r -> assertThat(r.expect(2).err()).contains("reconstruction-error", "2 models"));
  }

  private static List<Row> rows(String output) {
    return LocalSpark.session()
        .read()
        .parquet(bench.path(output + "/features"))
        .orderBy("row")
        .collectAsList();
  }

  @Test
  void modelsThatDoNotFitEachOtherAreRefusedByName() {
    bench.run("train", "other-rows", "seed=3").expect(0);
    CommandResult rows =
        bench.run("evaluate", "refused", models(a, b, bench.path("other-rows"))).expect(2);
    assertThat(rows.err())
        .contains("do not read rows alike", "other-rows/model: another scaling", "network.seed");
    bench.run("train", "other-classes", "data.label-classes=[c, b, a]").expect(0);
    String others = models(a, bench.path("other-classes"));
    assertThat(bench.run("evaluate", "refused", others).expect(2).err())
        .contains("do not predict the same", "classes [c, b, a], not [a, b, c]", "key: model");
    assertThat(bench.run("check", "refused", others).expect(2).err()).contains("[c, b, a]");
    bench.run("check", "refused", models(a, b)).expect(0);
    assertThat(bench.run("fine-tune", "refused", models(a, b)).expect(2).err())
        .contains("this command uses one model", "evaluate and extract use several");
    assertThat(bench.run("evaluate", "refused", models(a, bench.path("none"))).expect(3).err())
        .contains("no model found", "key: model[1]");
  }

  @Test
  void passesWithDropoutAreAveraged() {
    bench.run("evaluate", "no-dropout", "model=" + a, "evaluation.samples=1").expect(0);
    Map<String, Double> sampled = new TreeMap<>(metrics("no-dropout").get("test"));
    Map<String, Double> plain = new TreeMap<>(metrics("of-a").get("test"));
    assertThat(sampled.remove("mutual-information")).isEqualTo(0, within(1e-9));
    sampled.remove("predictive-entropy");
    assertThat(sampled.remove("loss")).isEqualTo(plain.remove("loss"), within(1e-6));
    assertThat(sampled).isEqualTo(plain);
    assertThat(bench.run("evaluate", "hint", "model=" + a, "evaluation.samples=2").expect(0).err())
        .contains("the network has no dropout");

    String[] asked = {"model=" + b, "evaluation.samples=20"};
    bench.run("evaluate", "drop", asked).expect(0);
    assertThat(metrics("drop").get("test").get("mutual-information")).isGreaterThan(1e-4);
    bench.run("evaluate", "drop-tasks", asked[0], asked[1], "training.workers=4").expect(0);
    bench.run("evaluate", "drop-batch", asked[0], asked[1], "evaluation.batch-size=3").expect(0);
    bench.run("evaluate", "drop-blocks", asked[0], asked[1], "data.blocks=7").expect(0);
    for (String other : List.of("drop-tasks", "drop-batch", "drop-blocks")) {
      metrics("drop")
          .get("test")
          .forEach(
              (name, value) ->
                  assertThat(metrics(other).get("test").get(name))
                      .as("%s %s", other, name)
                      .isEqualTo(value, within(1e-6)));
    }
  }
}
