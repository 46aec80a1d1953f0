package dev.strata.bench.auxiliary;

import dev.strata.bench.labels.Contender;
import dev.strata.bench.labels.LabelCount;
import dev.strata.executor.layer.LayerSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One data set, and everything that is chosen beforehand.
 *
 * @param configuration file of {@code pretrain-auxiliary} that says how rows are read
 * @param labelled keys of {@code prepare} that add labels and test rows to it, by the data's folder
 * @param layers below the output layer, the same for all methods
 * @param pretraining what is reused, by method; {@link Contender#SCRATCH} is not among them
 * @param rates learning rates that cross-validation chooses from, for each method
 * @param asInData whether labels are drawn with the classes' shares, or the same number of each
 */
record ReuseStudy(
    String configuration,
    Map<String, String> labelled,
    List<LayerSettings> layers,
    Map<String, Pretraining> pretraining,
    List<Double> rates,
    List<LabelCount> counts,
    boolean asInData) {
  /** Of a network from scratch. */
  static final List<Double> DROPOUTS = List.of(0.0, 0.5);

  /** Of the learning rate in reused layers: as many as there are dropouts. */
  static final List<Double> FACTORS = List.of(0.1, 1.0);

  /**
   * @param configuration file
   * @param changed keys that differ from it
   * @param layers so many of the lowest are reused
   */
  record Pretraining(String configuration, Map<String, String> changed, int layers) {}

  /** Rows that are held back are measured, and choose nothing. */
  private static final Map<String, String> NO_STOP =
      Map.of("training.early-stopping.patience", "0");

  /** No row is held back. */
  private static final Map<String, String> ALL_ROWS =
      Map.of("data.split.validation", "0", "training.early-stopping.patience", "0");

  static ReuseStudy of(String name) {
    return switch (name) {
      case "sst2" -> sst2();
      case "adult" -> adult();
      default -> throw new IllegalArgumentException(name + " is none of sst2, adult");
    };
  }

  /** Words' vectors, their mean, and a class. */
  private static ReuseStudy sst2() {
    String lower =
        "[{ type = embedding, units = 50 }, { type = pooling, function = sum },"
            + " { type = dense, units = 100, activation = relu }]";
    return new ReuseStudy(
        "sst2-max-margin.conf",
        Map.of(
            "data.label",
            "sentiment",
            "data.exclude",
            "[]",
            "data.validation.path",
            "null",
            "data.test.path",
            "sst2/test.tsv"),
        List.of(LayerSettings.embedding(50), LayerSettings.pooling("mean")),
        Map.of(
            "co-occurrence",
            new Pretraining(
                "sst2-word-vectors.conf",
                Map.of(
                    "network.layers",
                    "[{ type = embedding, units = 50 }, { type = pooling, function = mean }]"),
                1),
            "windows",
            new Pretraining("sst2-max-margin.conf", NO_STOP, 1),
            "whole-sentence",
            new Pretraining(
                "sst2-max-margin.conf",
                Map.of(
                    "training.early-stopping.patience",
                    "0",
                    "network.layers",
                    lower,
                    "network.updater.learning-rate",
                    "0.003",
                    "training.epochs",
                    "20"),
                1)),
        List.of(0.001, 0.003, 0.01),
        List.of(
            LabelCount.of(100, 5, 5, 40, 4, 20),
            new LabelCount(300, 5, 5, 3, 5, 30, 3, 32),
            new LabelCount(1000, 5, 5, 3, 2, 20, 2, 32)),
        false);
  }

  private static ReuseStudy adult() {
    return new ReuseStudy(
        "adult-max-margin.conf",
        Map.of(
            "data.label",
            "income",
            "data.label-mapping",
            "{ \">50K.\" = \">50K\", \"<=50K.\" = \"<=50K\" }",
            "data.exclude",
            "[fnlwgt, education]",
            "data.split.validation",
            "0"),
        List.of(LayerSettings.dense(64, "relu"), LayerSettings.dense(32, "relu")),
        Map.of(
            "max-margin",
            new Pretraining("adult-max-margin.conf", ALL_ROWS, 2),
            "good-or-bad",
            new Pretraining("adult-max-margin.conf", with(ALL_ROWS, "task.type", "good-or-bad"), 2),
            "one-column",
            new Pretraining(
                "adult-max-margin.conf",
                with(ALL_ROWS, "task.corruption", "[{ type = replace-column, count = 1 }]"),
                2)),
        List.of(0.001, 0.003, 0.01),
        List.of(LabelCount.of(200, 5, 5, 40, 4, 20), new LabelCount(1000, 5, 5, 3, 2, 30, 3, 32)),
        true);
  }

  private static Map<String, String> with(Map<String, String> keys, String key, String value) {
    Map<String, String> all = new TreeMap<>(keys);
    all.put(key, value);
    return all;
  }
}
