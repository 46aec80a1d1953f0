package dev.strata.executor.learner;

import java.io.Serializable;
import java.util.List;

/**
 * Layout of a learner's flat vectors for averaging.
 *
 * @param parameters P, length of the parameter vector
 * @param optimizerState S, length of the optimiser's state vector
 * @param statistics segments of the parameter vector that hold running statistics, pooled instead
 *     of averaged
 */
public record ParameterLayout(
    long parameters, long optimizerState, List<PooledStatistics> statistics)
    implements Serializable {
  public ParameterLayout {
    statistics = List.copyOf(statistics);
  }

  /**
   * Running mean and variance of a batch normalisation: elements {@code [mean, mean + length)} and
   * {@code [variance, variance + length)} of the parameter vector.
   *
   * @param log10Deviation whether the variance is stored as log10 of the standard deviation (DL4J's
   *     default)
   */
  public record PooledStatistics(long mean, long variance, int length, boolean log10Deviation)
      implements Serializable {}
}
