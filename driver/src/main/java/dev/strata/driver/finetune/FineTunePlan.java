package dev.strata.driver.finetune;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkCut;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.surgery.ReusedLayer;
import dev.strata.executor.surgery.ReusedLayers;
import dev.strata.executor.surgery.TransferBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Plan of a fine-tuning: the reused layers with new ones on top, the initial parameters, and the
 * phases, one for each number of frozen layers.
 *
 * @param reused the reused layers, bottom to top
 * @param start initial parameters: the model's, and random ones in new layers
 * @param phases at least one, each with fewer frozen layers than the one before
 * @param parentSha256 of the model
 */
public record FineTunePlan(
    ReusedLayers reused, StateVector start, List<FineTunePhase> phases, String parentSha256) {
  /** Name of the phase where there is only one. */
  static final String SOLE = "supervised";

  public FineTunePlan {
    phases = List.copyOf(phases);
  }

  /**
   * @param top layers on top of the model and the training settings; without layers: one output
   *     layer
   * @param task what the output is for
   * @param epochs of the whole training
   * @param seed of the run
   * @param key of the configuration that names the model, for errors
   * @throws dev.strata.executor.failure.StrataException (configuration) if the layers do not fit
   *     the model, or if layers to unfreeze are not frozen
   */
  public static FineTunePlan of(
      ModelBundle bundle,
      NetworkSettings top,
      FineTuneSettings settings,
      OutputTask task,
      int epochs,
      long seed,
      String key) {
    ReusedLayers reused =
        ReusedLayers.belowOutput(bundle.model().network(), key).with(settings.surgery());
    int frozen = frozen(reused, top, settings, task, seed);
    List<FineTunePhase> phases = new ArrayList<>();
    List<Unfreeze> thaws = checked(settings.thaw(), reused, frozen, epochs);
    for (int i = 0; i <= thaws.size(); i++) {
      frozen -= i == 0 ? 0 : thaws.get(i - 1).layers();
      NetworkConfiguration network =
          TransferBuilder.build(reused, top, settings.reuse(frozen), task, seed);
      phases.add(
          new FineTunePhase(
              thaws.isEmpty() ? SOLE : "frozen-" + frozen,
              frozen,
              i == 0 ? 0 : thaws.get(i - 1).epoch(),
              i == thaws.size() ? epochs : thaws.get(i).epoch(),
              network,
              frozen > 0 ? Optional.of(NetworkCut.above(network, frozen)) : Optional.empty()));
    }
    NetworkConfiguration first = phases.get(0).network();
    StateVector start = start(reused, bundle.model().parameters(), first);
    if (settings.reuseOutput()) {
      start = withOutput(start, bundle.model(), first);
    }
    return new FineTunePlan(reused, start, phases, bundle.model().sha256());
  }

  /** Reports every problem of the network together with one of the frozen layers. */
  private static int frozen(
      ReusedLayers reused,
      NetworkSettings top,
      FineTuneSettings settings,
      OutputTask task,
      long seed) {
    NetworkProblems problems = new NetworkProblems();
    int frozen = reused.frozen(settings.freeze(), problems);
    if (!problems.none()) {
      TransferBuilder.build(
          reused, top, settings.reuse(0).withFreeze(settings.freeze()), task, seed);
    }
    problems.raise();
    return frozen;
  }

  private static List<Unfreeze> checked(
      List<Unfreeze> thaws, ReusedLayers reused, int frozen, int epochs) {
    NetworkProblems problems = new NetworkProblems();
    int left = frozen;
    int last = 0;
    for (int i = 0; i < thaws.size(); i++) {
      String at = "fine-tune.thaw[" + i + "].";
      Unfreeze thaw = thaws.get(i);
      if (thaw.layers() < 1 || thaw.layers() > left) {
        problems.add(
            at + "layers",
            thaw.layers(),
            left == 0
                ? "no thaw step, because no layer is frozen then"
                : "1 to " + left + "; that many layers are frozen then");
      } else {
        NetworkProblems cut = new NetworkProblems();
        reused.frozen(Integer.toString(left - thaw.layers()), cut);
        cut.list()
            .forEach(
                p -> problems.add(at + "layers", thaw.layers(), "frozen below: " + p.expected()));
      }
      if (thaw.epoch() <= last || thaw.epoch() >= epochs) {
        problems.add(
            at + "epoch",
            thaw.epoch(),
            "more than "
                + last
                + " and less than training.epochs = "
                + epochs
                + (last > 0 ? ", in the order of epochs" : ""));
      }
      left -= thaw.layers();
      last = thaw.epoch();
    }
    problems.raise();
    return thaws;
  }

  /** The model's parameters in the layers that keep them, random ones in all others. */
  private static StateVector start(
      ReusedLayers reused, StateVector model, NetworkConfiguration network) {
    StateVector fresh = StateVector.of(network.newModel().params());
    List<Long> sizes = network.layerParameters();
    StateVector start = StateVector.zeros(0);
    long at = 0;
    for (int i = 0; i < sizes.size(); i++) {
      long size = sizes.get(i);
      ReusedLayer layer = i < reused.count() ? reused.all().get(i) : null;
      boolean kept = layer != null && layer.kept();
      start = start.followedBy(kept ? model.part(layer.from(), size) : fresh.part(at, size));
      at += size;
    }
    return start;
  }

  /** The same with the model's output layer, where only that is new and has the model's shape. */
  private static StateVector withOutput(
      StateVector start, TrainedModel model, NetworkConfiguration network) {
    List<Long> own = model.network().layerParameters();
    List<Long> sizes = network.layerParameters();
    if (!own.equals(sizes) || !endsWithOutput(model.network())) {
      NetworkProblems problems = new NetworkProblems();
      problems.add(
          "fine-tune.reuse-output",
          "layers of " + sizes + " parameters",
          endsWithOutput(model.network())
              ? "layers of "
                  + own
                  + " parameters, as the model has: all of its layers, no new layer"
                  + " and the same number of outputs; or false"
              : "false, because the model has no output layer");
      problems.raise();
    }
    long output = sizes.get(sizes.size() - 1);
    long below = start.length() - output;
    return start.part(0, below).followedBy(model.parameters().part(below, output));
  }

  private static boolean endsWithOutput(NetworkConfiguration network) {
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel();
    return model.getLayer(model.getnLayers() - 1) instanceof IOutputLayer;
  }

  /** The whole network, as it is saved. */
  public NetworkConfiguration network() {
    return phases.get(phases.size() - 1).network();
  }

  /** How training begins. */
  public FineTunePhase first() {
    return phases.get(0);
  }

  /** Whether layers are unfrozen during training. */
  public boolean thaws() {
    return phases.size() > 1;
  }
}
