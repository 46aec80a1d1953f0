package dev.strata.driver.configuration;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.PolyakSettings;
import dev.strata.executor.layer.Activations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.optimizer.Updaters;
import java.util.List;
import java.util.Set;

/**
 * What the updater l-bfgs does not go with: it needs a loss of all rows that is one smooth function
 * of the parameters, and takes its steps on the driver.
 */
final class FullBatchSection {
  private static final Set<String> LAYERS =
      Set.of("dropout", "gaussian-dropout", "alpha-dropout", "batch-norm");
  private static final List<String> LAYER_KEYS =
      List.of("dropout", "drop-connect", "max-norm", "l1");
  private static final String SMOOTH = "l-bfgs needs a smooth loss that is the same in each epoch";

  private FullBatchSection() {}

  static void require(Section root, Settings settings, Set<Need> needs) {
    if (!settings.network().updater().isFullBatch()) {
      return;
    }
    Section network = root.section("network");
    if (needs.contains(Need.TOP)
        || needs.contains(Need.TASK)
        || needs.contains(Need.TUNING)
        || needs.contains(Need.COMPARISON)) {
      refuseJob(network);
    } else if (needs.contains(Need.NETWORK)) {
      requireSmooth(network, settings);
      requirePlainSteps(root, settings);
    }
  }

  private static void refuseJob(Section network) {
    network
        .section("updater")
        .problem(Updaters.LBFGS + " trains networks of train alone", "type", "adam or another one");
  }

  private static void requireSmooth(Section network, Settings settings) {
    zero(network, "l1", settings.network().l1(), "0, or l2");
    zero(network, "weight-decay", settings.network().weightDecay(), "0, or l2");
    zero(network, "max-norm", settings.network().maxNorm(), "0");
    List<Section> layers = network.sections("layers");
    List<LayerSettings> read = settings.network().layers();
    boolean decays =
        read.stream()
            .anyMatch(l -> l instanceof LayerSettings.Residual b && b.survival().isEmpty());
    if (decays && settings.network().survival().orElse(1.0) < 1) {
      network.problem(SMOOTH, "survival", "1");
    }
    if (layers.size() != read.size()) {
      return;
    }
    for (int i = 0; i < layers.size(); i++) {
      requireSmooth(layers.get(i), read.get(i));
    }
  }

  private static void requireSmooth(Section layer, LayerSettings read) {
    if (LAYERS.contains(read.type())) {
      layer.problem(SMOOTH, "type", "other layers, such as dense with layer-norm = true");
    }
    if (layer.optionalText("activation").filter(Activations.RANDOMIZED_RELU::equals).isPresent()) {
      layer.problem(SMOOTH, "activation", "leaky-relu or another one");
    }
    if (layer.optionalText("function").filter("fractional-max"::equals).isPresent()) {
      layer.problem(SMOOTH, "function", "max or mean");
    }
    for (String key : LAYER_KEYS) {
      zero(layer, key, layer.optionalNumber(key, Range.ANY).orElse(0.0), "0");
    }
    if (read instanceof LayerSettings.Residual block) {
      if (block.survival().orElse(1.0) < 1) {
        layer.problem(SMOOTH, "survival", "1");
      }
      List<Section> within = layer.sections("layers");
      for (int i = 0; i < within.size(); i++) {
        requireSmooth(within.get(i), block.layers().get(i));
      }
    }
  }

  private static void zero(Section section, String key, double value, String expected) {
    if (value != 0) {
      section.problem(SMOOTH, key, expected);
    }
  }

  private static void requirePlainSteps(Section root, Settings settings) {
    if (!settings.network().clipping().type().equals("none")) {
      root.section("network")
          .section("clipping")
          .problem("the line search of l-bfgs limits its steps", "type", "none");
    }
    if (settings.network().schedule().warmUp() > 0) {
      root.section("network")
          .section("schedule")
          .problem("l-bfgs has no learning rate", "warm-up", "0");
    }
    Section training = root.section("training");
    zero(training, "mixup", settings.training().targets().mixup(), "0");
    if (!settings.augmentation().isEmpty()) {
      training.problem(SMOOTH, AugmentationSection.NAME, "[]");
    }
    if (settings.training().plateau().isPresent()) {
      training.section("plateau").problem("l-bfgs has no learning rate", "patience", "0");
    }
    Section averaging = root.section("averaging");
    if (settings.averaging().optimizerState() == OptimizerState.KEEP) {
      averaging.problem(
          "the gradients of l-bfgs are averaged like optimizer states",
          "optimizer-state",
          "average");
    }
    OuterSettings outer = settings.averaging().outer();
    if (outer.type() != OuterSettings.Type.NONE
        && (outer.learningRate() != 1 || outer.momentum().orElse(1) != 0)) {
      averaging.section("outer").problem("l-bfgs takes the steps on the driver", "type", "none");
    }
    if (settings.averaging().polyak().type() != PolyakSettings.Type.NONE) {
      averaging
          .section("polyak")
          .problem(
              "the steps of l-bfgs are not noisy, so that nothing is averaged", "type", "none");
    }
  }
}
