package dev.strata.driver.visualization;

import dev.strata.driver.models.Decoder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.util.Optional;

/**
 * A network and what is needed to look at it.
 *
 * @param network any network; of a pretrained stack its encoder
 * @param parameters of the network, flat
 * @param decoder leads from the network's output back to its input, where there is a way back
 * @param rows to see it by, as the network takes them; a few hundred are enough
 */
public record NetworkSnapshot(
    NetworkConfiguration network,
    StateVector parameters,
    Optional<Decoder> decoder,
    SampleRows rows) {
  /** Without a way back. */
  public NetworkSnapshot(NetworkConfiguration network, StateVector parameters, SampleRows rows) {
    this(network, parameters, Optional.empty(), rows);
  }
}
