package dev.strata.driver.pretrain;

import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.PretrainedLayer;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A stack that has been pretrained.
 *
 * @param names of the encoder's layers, bottom to top
 * @param encoder shapes of the encoder's layers, bottom to top
 * @param parameters of the encoder, in its layers' order
 * @param decoder the way back to the input
 * @param phases how each layer was trained, bottom to top; then the whole stack, where it was
 *     unrolled
 * @param heldBack metrics of the whole stack on the held-out rows, from input to reconstruction;
 *     empty without such rows
 * @param resumedFromRound rounds that earlier attempts had done, if there were any
 */
public record PretrainedStack(
    List<String> names,
    List<DenseShape> encoder,
    StateVector parameters,
    Decoder decoder,
    List<PretrainedLayer> phases,
    Map<String, Double> heldBack,
    OptionalLong resumedFromRound) {

  /**
   * The encoder as a stock DL4J network.
   *
   * @param updater with which stock DL4J would train it on
   */
  public TrainedModel model(UpdaterSettings updater, long seed) {
    List<EncoderNetwork.Layer> layers = new ArrayList<>();
    for (int i = 0; i < encoder.size(); i++) {
      DenseShape shape = encoder.get(i);
      layers.add(
          new EncoderNetwork.Layer(
              names.get(i), shape.inputs(), shape.units(), shape.activation()));
    }
    NetworkConfiguration network = EncoderNetwork.of(layers, updater, seed);
    return new TrainedModel(network, parameters, StateVector.zeros(0), 0, 0);
  }

  public long examples() {
    return phases.stream().mapToLong(PretrainedLayer::examples).sum();
  }

  /** Of all phases together. */
  public int epochs() {
    return phases.stream().mapToInt(PretrainedLayer::epochs).sum();
  }

  /** Of all phases together. */
  public long rounds() {
    return phases.stream().mapToLong(PretrainedLayer::rounds).sum();
  }

  /** Spent in rounds of all phases, over all attempts. */
  public double trainSeconds() {
    return phases.stream().mapToDouble(PretrainedLayer::trainSeconds).sum();
  }
}
