package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics of rare events, from a table to result.json, evaluation.json and the report. */
class MetricsCommandTest {
  @TempDir Path folder;
  private Workbench bench;

  @BeforeEach
  void rareEvents() {
    bench = new Workbench(folder);
    Random random = new Random(5);
    StringBuilder text = new StringBuilder("row,x,y,kind\n");
    for (int i = 0; i < 400; i++) {
      boolean fraud = i % 10 == 0;
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%.3f,%.3f,%s%n",
              i,
              (fraud ? 1 : 0) + random.nextGaussian(),
              (fraud ? 1 : 0) + random.nextGaussian(),
              fraud ? "fraud" : "fine"));
    }
    bench.write("rows.csv", text.toString());
  }

  private JsonNode json(String file) throws IOException {
    return Json.mapper().readTree(Files.readString(folder.resolve(file)));
  }

  @Test
  void aNamedClassIsJudgedInEveryOutput() throws Exception {
    CommandResult trained = bench.run("train", "out", "evaluation.positive-class=fine");
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode test = json("out/result.json").at("/metrics/test");
    JsonNode details = json("out/evaluation-test.json");
    assertThat(details.at("/positive/name").asText()).isEqualTo("fine");
    assertThat(test.at("/precision").asDouble())
        .isEqualTo(details.at("/classes/0/precision").asDouble());
    assertThat(json("out/evaluation-validation.json").at("/part").asText()).isEqualTo("validation");
    CommandResult evaluated =
        bench.run("evaluate", "measured", "model=" + bench.path("out"), "evaluation.part=test");
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    JsonNode measured = json("measured/evaluation.json");
    assertThat(measured.at("/positive/name").asText()).isEqualTo("fraud");
    assertThat(measured.at("/positive/lift")).hasSize(10);
    assertThat(measured.at("/positive/thresholds").size()).isGreaterThan(3);
    assertThat(measured.at("/calibration/0/bins")).hasSize(15);
    assertThat(measured.at("/metrics/roc-auc").asDouble())
        .isCloseTo(
            details.at("/metrics/roc-auc").asDouble(), org.assertj.core.data.Offset.offset(1e-3));
    String report = Files.readString(folder.resolve("measured/report.html"));
    assertThat(report)
        .contains(
            "Thresholds for fraud", "Lift for fraud", "Expected calibration error", "weighted");
  }

  /** Positives are few and look like all others: nothing can be learnt of them. */
  @Test
  void aClassThatIsNeverPredictedIsReportedEverywhere() throws Exception {
    bench.write("rows.csv", rareRows());
    CommandResult trained = bench.run("train", "out", "training.epochs=4");
    String never = "class fraud is never predicted";
    String always = "is no better than the 0.9500 of predicting always fine";

    assertThat(trained.expect(0).err()).contains("Warning: test: " + never, always);
    assertThat(trained.out()).contains("(positive class: fraud)", "Higher is better: accuracy");
    JsonNode result = json("out/result.json");
    assertThat(result.at("/positiveClass").asText()).isEqualTo("fraud");
    assertThat(result.at("/warnings").toString())
        .contains("test: " + never, "validation: " + never);
    JsonNode details = json("out/evaluation-test.json");
    assertThat(details.at("/warnings/0").asText()).startsWith(never);
    assertThat(details.at("/positiveClass").asText()).isEqualTo("fraud");
    assertThat(details.at("/baselines/0/prediction").asText()).isEqualTo("always fine");
    assertThat(details.at("/baselines/0/reached").asBoolean()).isTrue();
    assertThat(details.at("/baselines/1/metric").asText()).isEqualTo("log-loss");
    assertThat(Files.readString(folder.resolve("out/report.html")))
        .contains("Warning: " + never, "Positive class: fraud.", "Lower is better: ");

    CommandResult measured =
        bench.run("evaluate", "measured", "model=" + bench.path("out"), "evaluation.part=test");
    assertThat(measured.expect(0).err()).contains("Warning: test: " + never);
    CommandResult status = CommandResult.of("status", "--output", bench.path("out"));
    assertThat(status.expect(0).out()).contains("(positive class: fraud)", "test: " + never);
    CommandResult shown = CommandResult.of("models", "show", bench.path("out"));
    assertThat(shown.expect(0).out()).containsPattern("test +accuracy .*positive class: fraud");
    CommandResult again = bench.run("train", "out", "training.epochs=4");
    assertThat(again.expect(0).err()).as("a finished run").contains("Warning: test: " + never);
  }

  private static String rareRows() {
    Random random = new Random(8);
    StringBuilder text = new StringBuilder("row,x,y,kind\n");
    for (int i = 0; i < 400; i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%.3f,%.3f,%s%n",
              i,
              random.nextGaussian(),
              random.nextGaussian(),
              i % 20 == 0 ? "fraud" : "fine"));
    }
    return text.toString();
  }

  @Test
  void classWeightsShapeTheLossAndNotTheMetrics() throws Exception {
    CommandResult trained = bench.run("train", "out", "data.class-weights=balanced");
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode details = json("out/evaluation-test.json");
    double right = 0;
    double all = 0;
    for (int actual = 0; actual < 2; actual++) {
      for (int predicted = 0; predicted < 2; predicted++) {
        double rows = details.at("/confusion/counts/" + actual + "/" + predicted).asDouble();
        all += rows;
        right += actual == predicted ? rows : 0;
      }
    }
    assertThat(details.at("/metrics/accuracy").asDouble()).isEqualTo(right / all);
    assertThat(details.at("/positive/share").asDouble()).isBetween(0.05, 0.15);
  }

  @ParameterizedTest
  @ValueSource(strings = {"balanced-accuracy", "log-loss", "brier-score", "f1-macro"})
  void stopsEarlyByAMetric(String metric) throws Exception {
    CommandResult trained =
        bench.run(
            "train",
            "out",
            "training.early-stopping.patience=1",
            "training.early-stopping.metric=" + metric);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(json("out/result.json").at("/metrics/validation").has(metric)).isTrue();
  }

  @Test
  void whatCannotBeMeasuredIsRefusedBeforeTraining() {
    CommandResult unknown = bench.run("train", "out", "evaluation.positive-class=froud");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("evaluation.positive-class", "froud", "fine, fraud");
    assertThat(folder.resolve("out/history.jsonl")).doesNotExist();
    CommandResult listed =
        bench.run(
            "check", "none", "evaluation.positive-class=yes", "data.label-classes=[fine, fraud]");
    assertThat(listed.code()).isEqualTo(2);
    assertThat(listed.err()).contains("evaluation.positive-class", "yes", "fine, fraud");
    CommandResult values =
        bench.run("check", "none", "evaluation.positive-class=yes", "data.label-kind=value");
    assertThat(values.err()).contains("evaluation.positive-class", "the label is not a class");
    CommandResult noTop =
        bench.run("train", "top", "training.early-stopping.metric=top-k-accuracy");
    assertThat(noTop.code()).isEqualTo(2);
    assertThat(noTop.err()).contains("top-k-accuracy").contains("balanced-accuracy");
    CommandResult noMetric = bench.run("check", "none", "training.early-stopping.metric=gini");
    assertThat(noMetric.code()).isEqualTo(2);
    assertThat(noMetric.err()).contains("gini", "log-loss", "matthews-correlation");
  }
}
