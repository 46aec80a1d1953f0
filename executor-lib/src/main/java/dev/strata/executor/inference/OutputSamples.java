package dev.strata.executor.inference;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.Seeds;
import java.io.Serializable;

/**
 * Monte Carlo sampling at test time (Gal and Ghahramani 2016, "Dropout as a Bayesian
 * approximation", equation 6): the mean of several passes with dropout on.
 *
 * @param passes number of passes; 0: one pass with dropout off, as at inference
 * @param seed of the random numbers, which belong to (seed, pass, layer, row)
 */
public record OutputSamples(int passes, long seed) implements Serializable {
  /** Dropout off. */
  public static final OutputSamples NONE = new OutputSamples(0, 0);

  /**
   * Those of a run.
   *
   * @param runSeed the run's own
   */
  public static OutputSamples of(int passes, long runSeed) {
    return passes == 0 ? NONE : new OutputSamples(passes, Seeds.rows(runSeed, "samples"));
  }

  /**
   * Whether a pass of this network drops anything.
   *
   * @throws dev.strata.executor.failure.StrataException (configuration) where a layer has a kind of
   *     dropout that cannot be sampled by row
   */
  public boolean drop(NetworkConfiguration network) {
    return new SampledNetwork(network.newModel(), 0, seed).drops();
  }

  /** Whether dropout is on. */
  public boolean drawn() {
    return passes > 0;
  }
}
