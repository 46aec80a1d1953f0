package dev.strata.driver.pretrain;

import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.optimizer.UpdateRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks the section {@code pretrain} before the data is read. */
public final class PretrainProblems {
  private PretrainProblems() {}

  /** All problems, each with its full key. */
  public static List<NetworkProblems.Problem> of(PretrainSettings settings) {
    NetworkProblems problems = new NetworkProblems();
    List<LayerPlan> layers = settings.layers();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < layers.size(); i++) {
      LayerPlan layer = layers.get(i);
      String section = LayerPhase.section(i);
      if (layer.units() < 1) {
        problems.add(section + ".units", layer.units(), "at least 1");
      }
      name(layer.name(), section, names, problems);
      layer.model().check(section, problems);
      update(section, layer.phase(), problems);
      stopping(section, layer, problems);
      if (i > 0) {
        fits(layer, layers.get(i - 1), section, problems);
      }
    }
    settings.unroll().ifPresent(unroll -> unroll(unroll, layers, problems));
    return problems.list();
  }

  private static void name(
      String name, String section, Set<String> names, NetworkProblems problems) {
    if (!name.matches("[A-Za-z][A-Za-z0-9_-]*")) {
      problems.add(section + ".name", name, "a letter, then letters, digits, - and _");
    } else if (!names.add(name)) {
      problems.add(section + ".name", name, "a unique name");
    }
  }

  private static void update(String section, PhaseSettings phase, NetworkProblems problems) {
    UpdateRules.check(
        section,
        phase.update().updater(),
        phase.update().schedule(),
        phase.update().clipping(),
        problems);
  }

  private static void stopping(String section, LayerPlan layer, NetworkProblems problems) {
    String metric = layer.phase().metric();
    if (metric.equals(PhaseSettings.LOSS)) {
      return;
    }
    if (!layer.model().kind().equals(RbmModel.KIND)) {
      problems.add(
          section + ".early-stopping.metric",
          metric,
          PhaseSettings.LOSS + ", because only RBMs (kind = rbm) have a free energy");
    } else if (layer.phase().minDelta() == 0) {
      problems.add(
          section + ".early-stopping.min-delta",
          layer.phase().minDelta(),
          "greater than 0 with metric = "
              + metric
              + ", such as 1.0 nats a row: the gap rises as soon as the layer learns, and with 0 the"
              + " layer would hardly be trained");
    }
  }

  private static void fits(
      LayerPlan layer, LayerPlan below, String section, NetworkProblems problems) {
    boolean probabilities = below.model().activation().equals("sigmoid");
    if (probabilities) {
      return;
    }
    layer
        .model()
        .unitRange()
        .ifPresent(
            range ->
                problems.add(
                    section + "." + range.key(),
                    range.value(),
                    range.otherwise()
                        + ", because "
                        + range.value()
                        + " needs inputs in [0, 1] and the layer below, "
                        + below.name()
                        + ", has the activation "
                        + below.model().activation()));
  }

  private static void unroll(UnrollPlan unroll, List<LayerPlan> layers, NetworkProblems problems) {
    String section = "pretrain.unroll";
    update(section, unroll.phase(), problems);
    if (layers.isEmpty()) {
      return;
    }
    LayerModel lowest = layers.get(0).model();
    boolean fromLogits = lowest.loss().equals(AutoencoderSettings.CROSS_ENTROPY);
    String loss = unroll.loss().orElse(lowest.loss());
    AutoencoderSettings.plain("sigmoid", "sigmoid", loss)
        .withCorruption(unroll.corruption())
        .withL2(unroll.l2())
        .check(section, problems);
    if (loss.equals(AutoencoderSettings.CROSS_ENTROPY) && !fromLogits) {
      problems.add(
          section + ".loss", loss, AutoencoderSettings.SQUARED_ERROR + ", as for the bottom layer");
    }
  }
}
