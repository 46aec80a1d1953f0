package dev.strata.driver.transfer;

import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkCut;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.OutputTask;
import dev.strata.executor.network.ReusedLayers;
import dev.strata.executor.network.TransferBuilder;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.Optional;

/**
 * A model's layers with new ones on top, and where training starts.
 *
 * @param network the whole of it
 * @param start its parameters before training: the model's, then fresh ones in the new layers
 * @param cut above the frozen layers; absent where everything is trained
 * @param reused names of the layers taken over, bottom to top
 * @param parentSha256 of the model
 */
public record FineTunePlan(
    NetworkConfiguration network,
    StateVector start,
    Optional<NetworkCut> cut,
    List<String> reused,
    String parentSha256) {

  /**
   * @param top what is put on the model, and how everything is trained; without layers: one output
   *     layer
   * @param task what the output is for
   * @param seed of the run
   * @param key of the configuration that names the model, for errors
   * @throws dev.strata.executor.failure.StrataException (configuration) where the layers do not fit
   *     the model
   */
  public static FineTunePlan of(
      ModelBundle bundle,
      NetworkSettings top,
      FineTuneSettings settings,
      OutputTask task,
      long seed,
      String key) {
    ReusedLayers reused = ReusedLayers.belowOutput(bundle.model().network(), key);
    NetworkConfiguration network = TransferBuilder.build(reused, top, settings.reuse(), task, seed);
    StateVector fresh = StateVector.of(network.newModel().params());
    StateVector start =
        bundle
            .model()
            .parameters()
            .part(0, reused.parameters())
            .followedBy(fresh.part(reused.parameters(), fresh.length() - reused.parameters()));
    Optional<NetworkCut> cut =
        settings.freeze() > 0
            ? Optional.of(NetworkCut.above(network, settings.freeze()))
            : Optional.empty();
    return new FineTunePlan(network, start, cut, reused.names(), bundle.model().sha256());
  }

  /** What is trained: all layers, or those above the frozen ones. */
  public NetworkConfiguration trained() {
    return cut.map(NetworkCut::upper).orElse(network);
  }

  /** Where what is trained starts. */
  public StateVector trainedStart() {
    return upper(start);
  }

  /** Parameters of the frozen layers. */
  public StateVector frozen() {
    return start.part(0, cut.map(NetworkCut::lowerParameters).orElse(0L));
  }

  /** The whole network's parameters: the frozen ones, bit for bit, and those that were trained. */
  public StateVector whole(StateVector trained) {
    return frozen().followedBy(trained);
  }

  private StateVector upper(StateVector whole) {
    long lower = cut.map(NetworkCut::lowerParameters).orElse(0L);
    return whole.part(lower, whole.length() - lower);
  }
}
