package dev.strata.executor.inference;

import dev.strata.executor.corruption.ImageViews;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.io.Serializable;
import java.util.List;

/**
 * What gives the outputs of labelled rows: one network, or an ensemble, whose output is the mean of
 * its members' (Hansen and Salamon 1990; Lakshminarayanan et al. 2017, section 2.4).
 *
 * @param networks one for each member, at least one, all with the same outputs
 * @param views of an image, whose outputs are averaged; null: rows as they are
 * @param samples passes of each member, whose outputs are averaged
 */
public record Predictor(
    List<NetworkConfiguration> networks, ImageViews views, OutputSamples samples)
    implements Serializable {
  public Predictor {
    networks = List.copyOf(networks);
  }

  /** One network as it is. */
  public static Predictor of(NetworkConfiguration network) {
    return new Predictor(List.of(network), null, OutputSamples.NONE);
  }

  /** Whether an output is one network's own and no mean of several. */
  public boolean single() {
    return networks.size() == 1 && !samples.drawn();
  }

  /**
   * Networks that one task has to itself until it closes them.
   *
   * @param parameters one for each network
   */
  PooledPredictor open(List<StateVector> parameters) {
    return new PooledPredictor(this, parameters);
  }
}
