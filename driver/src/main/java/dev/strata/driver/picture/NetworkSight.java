package dev.strata.driver.picture;

import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.util.List;

/**
 * A network and what is needed to look at it.
 *
 * @param network any network; of a pretrained stack its encoder
 * @param parameters of the network, flat
 * @param decoder layers that lead from the network's output back to its input; empty where there is
 *     no way back
 * @param decoderParameters of those layers, top to bottom, each as {@link DenseShape} lays it out
 * @param rows to see it by, as the network takes them; a few hundred are enough
 */
public record NetworkSight(
    NetworkConfiguration network,
    StateVector parameters,
    List<DenseShape> decoder,
    StateVector decoderParameters,
    SampleRows rows) {
  public NetworkSight {
    decoder = List.copyOf(decoder);
    long needed = decoder.stream().mapToLong(DenseShape::parameters).sum();
    if (decoderParameters.length() != needed) {
      throw new IllegalArgumentException(
          "the decoder has " + decoderParameters.length() + " parameters, not " + needed);
    }
  }

  /** Without a way back. */
  public NetworkSight(NetworkConfiguration network, StateVector parameters, SampleRows rows) {
    this(network, parameters, List.of(), StateVector.zeros(0), rows);
  }
}
