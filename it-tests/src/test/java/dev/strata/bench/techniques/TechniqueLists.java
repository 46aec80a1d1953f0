package dev.strata.bench.techniques;

import java.util.List;
import java.util.Map;

/** What is compared on the network 784-128-64-10. */
final class TechniqueLists {
  static final String PLAIN = "plain";
  static final String ADAM = "adam";
  static final String RATE = "network.updater.learning-rate";
  private static final String LAYERS = "network.layers";
  private static final String DENSE =
      "{ type = dense, units = 128# }, { type = dense, units = 64# }";
  private static final String OUTPUT = ", { type = output }]";
  private static final String AUGMENTATION = "training.augmentation";

  private TechniqueLists() {}

  /** The network of both comparisons. */
  static Map<String, String> network() {
    return Map.of(LAYERS, "[" + DENSE.replace("#", "") + OUTPUT);
  }

  /**
   * Each optimizer with four learning rates; adadelta, which has none, with four decays; l-bfgs,
   * whose epoch is one evaluation of all rows, with four lengths of its history, and once with ten
   * times the epochs.
   */
  static List<Technique> optimizers(int epochs) {
    return List.of(
        optimizer("sgd", "0.03", "0.1", "0.3", "1.0"),
        optimizer("nesterovs", "0.003", "0.01", "0.03", "0.1"),
        optimizer(ADAM, "0.0003", "0.001", "0.003", "0.01"),
        Technique.of(
            "adam, weight decay 0.1",
            Map.of("network.updater.type", ADAM, "network.weight-decay", "0.1"),
            RATE,
            "0.0003",
            "0.001",
            "0.003",
            "0.01"),
        optimizer("adamax", "0.001", "0.003", "0.01", "0.03"),
        optimizer("nadam", "0.0003", "0.001", "0.003", "0.01"),
        optimizer("amsgrad", "0.0003", "0.001", "0.003", "0.01"),
        optimizer("adagrad", "0.003", "0.01", "0.03", "0.1"),
        Technique.of(
            "adadelta",
            Map.of("network.updater.type", "adadelta"),
            "network.updater.decay",
            "0.8",
            "0.9",
            "0.95",
            "0.99"),
        optimizer("rmsprop", "0.0001", "0.0003", "0.001", "0.003"),
        fullBatch("l-bfgs", epochs, "3", "5", "10", "20"),
        fullBatch("l-bfgs, ten times the epochs", 10 * epochs, "10"));
  }

  private static Technique fullBatch(String name, int epochs, String... lengths) {
    return Technique.of(
        name,
        Map.of("network.updater.type", "l-bfgs", "training.epochs", String.valueOf(epochs)),
        "network.updater.history",
        lengths);
  }

  private static Technique optimizer(String type, String... rates) {
    return Technique.of(type, Map.of("network.updater.type", type), RATE, rates);
  }

  /** Plain training first; then each technique with one or two strengths. */
  static List<Technique> regularizations(int epochs) {
    return List.of(
        Technique.of(PLAIN, "network.l2", "0"),
        between("dropout", "{ type = dropout, rate = # }", "0.1", "0.3"),
        between("gaussian dropout", "{ type = gaussian-dropout, rate = # }", "0.1", "0.3"),
        within("drop-connect", "drop-connect = #", "0.1", "0.3"),
        Technique.of("l2", "network.l2", "0.0001", "0.001"),
        Technique.of("weight decay", "network.weight-decay", "0.1", "1.0"),
        Technique.of("max-norm", "network.max-norm", "1.0", "2.0"),
        Technique.of("label smoothing", "training.label-smoothing", "0.05", "0.1"),
        Technique.of("mixup", "training.mixup", "0.1", "0.3"),
        between("batch normalization", "{ type = batch-norm, decay = # }", "0.9"),
        Technique.of("flip", AUGMENTATION, "[{ type = flip }]"),
        Technique.within("shift", AUGMENTATION, "[{ type = shift, pixels = # }]", "1", "2"),
        Technique.within(
            "flip and shift",
            AUGMENTATION,
            "[{ type = flip }, { type = shift, pixels = # }]",
            "1",
            "2"),
        Technique.within("cut-out", AUGMENTATION, "[{ type = cut-out, size = # }]", "6", "10"),
        Technique.of(
            "Polyak, exponential",
            Map.of("averaging.polyak.type", "exponential"),
            "averaging.polyak.decay",
            "0.5",
            "0.8"),
        Technique.of(
            "Polyak, uniform",
            Map.of("averaging.polyak.type", "uniform"),
            "averaging.polyak.start",
            String.valueOf(epochs / 2),
            String.valueOf(epochs * 4 / 5)),
        Technique.of(
            "early stopping",
            Map.of("training.validation-every", "0"),
            "training.early-stopping.patience",
            "3"));
  }

  /** A layer above each hidden layer. */
  private static Technique between(String name, String layer, String... numbers) {
    String layers = DENSE.replace("64#", "64").replace("128# }", "128 }, " + layer);
    return Technique.within(name, LAYERS, "[" + layers + ", " + layer + OUTPUT, numbers);
  }

  /** A key of both hidden layers. */
  private static Technique within(String name, String key, String... numbers) {
    return Technique.within(name, LAYERS, "[" + DENSE.replace("#", ", " + key) + OUTPUT, numbers);
  }
}
