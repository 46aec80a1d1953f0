package dev.strata.driver.report;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.evaluate.EvaluationResult.ClassMetrics;
import dev.strata.driver.evaluate.EvaluationResult.ConfusionMatrix;
import dev.strata.driver.evaluate.EvaluationResult.Curve;
import dev.strata.driver.models.Platform;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.ProvenanceBuilder;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.HistoryEntryBuilder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.run.RunResultBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** A run as it might have been. */
final class ReportSamples {
  static final Instant BEGUN = Instant.parse("2026-01-01T12:00:00Z");

  private ReportSamples() {}

  /** Ten epochs; a validation after each; a round takes a second. */
  static List<HistoryEntry> history(int rounds) {
    Random random = new Random(1);
    List<HistoryEntry> history = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      double course = (double) round / rounds;
      boolean validated = round * 10 / rounds != (round - 1) * 10 / rounds;
      double loss = 0.25 + 2 * Math.exp(-6 * course) + 0.03 * random.nextGaussian();
      Map<String, Double> metrics = new TreeMap<>();
      if (validated) {
        metrics.put("loss", 0.33 + 1.6 * Math.exp(-6 * course));
        metrics.put("accuracy", 0.89 - 0.5 * Math.exp(-5 * course));
        metrics.put("f1", 0.886 - 0.52 * Math.exp(-5 * course));
        metrics.put("roc-auc", 0.99 - 0.2 * Math.exp(-7 * course));
      }
      Map<String, Double> seconds = new TreeMap<>();
      seconds.put("broadcast", 0.004 + 0.001 * random.nextDouble());
      seconds.put("setup", round == 1 ? 0.6 : 0.002);
      seconds.put("train", 0.21 + 0.02 * random.nextDouble());
      seconds.put("job", 0.26 + (round == 1 ? 0.7 : 0.02 * random.nextDouble()));
      seconds.put("average", 0.007);
      if (validated) {
        seconds.put("validation", 0.6);
      }
      history.add(
          HistoryEntryBuilder.builder()
              .runId("3f2c")
              .phase("supervised")
              .epoch((round - 1) * 10 / rounds)
              .round(round)
              .iteration(round * 40L)
              .examples(round * 10_240L)
              .loss(loss)
              .metrics(metrics)
              .examplesPerSecond(round == 1 ? 9_000 : 36_000 + 900 * random.nextGaussian())
              .seconds(seconds)
              .time(BEGUN.plusSeconds(round).toString())
              .epochs(10)
              .totalExamples(rounds * 10_240L)
              .validationLoss(Optional.ofNullable(metrics.get("loss")))
              .build());
    }
    return history;
  }

  static EvaluationResult evaluation(String part, List<String> names) {
    Random random = new Random(2);
    List<ClassMetrics> classes = new ArrayList<>();
    List<List<Long>> counts = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      List<Long> row = new ArrayList<>();
      double right = 0.7 + 0.29 * random.nextDouble();
      for (int p = 0; p < names.size(); p++) {
        long wrong =
            (long)
                (1000
                    * (1 - right)
                    / names.size()
                    * random.nextDouble()
                    * (Math.abs(p - c) == 2 ? 5 : 0.4));
        row.add(p == c ? Math.round(1000 * right) : wrong);
      }
      counts.add(row);
      classes.add(
          new ClassMetrics(
              names.get(c),
              1000,
              990 + c,
              right,
              right - 0.01,
              right - 0.005,
              Optional.of(0.97),
              Optional.empty()));
      List<Double> x = new ArrayList<>();
      List<Double> roc = new ArrayList<>();
      List<Double> pr = new ArrayList<>();
      for (int i = 0; i <= 100; i++) {
        x.add(i / 100.0);
        roc.add(Math.pow(i / 100.0, 0.05 + 0.4 * (1 - right)));
        pr.add(1 - Math.pow(i / 100.0, 8) * (1.2 - right));
      }
      curves.add(new Curve("roc", names.get(c), x, roc));
      curves.add(new Curve("pr", names.get(c), x, pr));
    }
    return new EvaluationResult(
        part,
        1000L * names.size(),
        Map.of(
            "loss",
            0.3312,
            "accuracy",
            0.8871,
            "precision",
            0.8866,
            "recall",
            0.8871,
            "f1",
            0.8867,
            "roc-auc",
            0.9904,
            "pr-auc",
            0.9512),
        classes,
        Optional.of(new ConfusionMatrix(names, counts)),
        curves,
        List.of());
  }

  static RunResult result() {
    return RunResultBuilder.builder()
        .job("train")
        .status(RunResult.FINISHED)
        .metrics(Map.of("test", Map.of("accuracy", 0.8871, "loss", 0.3312)))
        .examplesSeen(4_096_000L)
        .epochs(10)
        .rounds(400L)
        .workers(2)
        .parameters(520_510L)
        .trainSeconds(113.8)
        .wallSeconds(141.2)
        .examplesPerSecond(35_993.0)
        .modelPath("file:/data/runs/fashion/model")
        .modelSha256("7d0c8c6ee1b7c9e5d4a8f5cf0a3f0b1b5f6c7d8e9fa0b1c2d3e4f5061728394a")
        .seed(42L)
        .resumedFromRound(null)
        .positiveClass(null)
        .warnings(List.of())
        .build();
  }

  static Provenance provenance(Map<String, String> configuration) {
    return ProvenanceBuilder.builder()
        .strataVersion("0.1.0")
        .commit("4f1e2d3")
        .job("train")
        .created("2026-01-01T12:03:00Z")
        .seed(42)
        .workers(2)
        .dataSha256("11aa22bb33cc44dd55ee66ff7788990011aa22bb33cc44dd55ee66ff77889900")
        .counts(Map.of("source", 70_000L, "train", 50_000L))
        .parentSha256(null)
        .platform(new Platform("CpuBackend", "linux-x86_64", "avx512f", "17.0.9+9", "3.5.5"))
        .metrics(Map.of())
        .configuration(configuration)
        .layers(List.of())
        .build();
  }

  /** The configuration of such a run. */
  static Map<String, String> configuration() {
    return Map.of(
        "data.path",
        "hdfs://example/fashion/train.gz",
        "data.label",
        "label",
        "training.epochs",
        "10",
        "training.workers",
        "2",
        "averaging.every",
        "40",
        "network.layers[0].type",
        "dense",
        "network.layers[0].units",
        "500",
        "data.options.password",
        "hunter2",
        "network.updater.type",
        "adam",
        "seed",
        "42");
  }

  static List<String> clothes() {
    return List.of(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot");
  }

  /** The whole report of such a run. */
  static ReportContent content(int rounds) {
    return new ReportBuilder("strata train")
        .fact("Run", "3f2c0b9a-7a52-4a6e-9f6e-5c0a7d1b2e34")
        .result(result())
        .history(history(rounds))
        .evaluations(List.of(evaluation("test", clothes())))
        .configuration(Map.of("seed", "42", "training.workers", "2"), configuration())
        .provenance(provenance(Map.of()))
        .build();
  }
}
