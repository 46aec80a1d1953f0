package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.NotFinite;
import dev.strata.executor.round.StateVector;
import java.util.Optional;

/**
 * Initial state from {@code init.from}: all layers of another model, including the output layer.
 *
 * @param network what is trained: the one asked for, or else the model's own
 * @param parameters P elements
 * @param optimizerState S elements; empty to start with a fresh one
 * @param iteration that the counters start at; 0 with a fresh state
 * @param parentSha256 of the model continued
 * @param notice one sentence about the optimiser's state, for the user
 */
public record ModelContinuation(
    NetworkConfiguration network,
    StateVector parameters,
    StateVector optimizerState,
    long iteration,
    String parentSha256,
    String notice) {

  /**
   * @param asked the network of the configuration; absent where it names none
   * @param noOptimizer why the settings ask for a fresh optimizer; empty where they do not
   * @throws StrataException (configuration) that names the first layer that differs
   */
  public static ModelContinuation of(
      ModelBundle bundle, Optional<NetworkConfiguration> asked, Optional<String> noOptimizer) {
    TrainedModel from = bundle.model();
    NetworkConfiguration network = asked.orElse(from.network());
    new Architecture(network).requireSame(new Architecture(from.network()), bundle.folder());
    String fresh = noOptimizer.orElseGet(() -> reasonForFresh(from, network));
    boolean continued = fresh == null;
    return new ModelContinuation(
        network,
        from.parameters(),
        continued ? from.optimizerState() : StateVector.zeros(0),
        continued ? from.iteration() : 0,
        from.sha256(),
        continued
            ? "the optimizer continues from iteration "
                + from.iteration()
                + " of "
                + bundle.folder()
            : "the optimizer starts at iteration 0: " + fresh);
  }

  /** Null where the state can be taken along. */
  private static String reasonForFresh(TrainedModel from, NetworkConfiguration network) {
    if (!Updaters.of(network).equals(Updaters.of(from.network()))) {
      return "the updater differs";
    }
    if (from.optimizerState().length() == 0 && Updaters.keepState(network)) {
      return "the model was saved without the optimizer state";
    }
    if (NotFinite.first(from.optimizerState()).isPresent()) {
      return "the model's optimizer state has values that are not finite";
    }
    return null;
  }
}
