package dev.strata.executor.preprocess;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * A number → the normal distribution's value of the same rank among the training rows, as
 * scikit-learn's {@code QuantileTransformer(output_distribution="normal")} defines it.
 *
 * <p>With quantiles q_0 ≤ … ≤ q_{n-1} at the levels i / (n - 1), the rank of x is the mean of two
 * linear interpolations, one from below and one from above, so that numbers equal to several
 * quantiles have the middle of their levels. The rank is clipped to [1e-7, 1 - 1e-7], which gives
 * values within ±5.2; a number outside of the training rows' range has the nearest end.
 *
 * <p>One difference: scikit-learn gives the minimum the level 0 and the maximum the level 1 even
 * where many rows have them. Here they have the middle of their levels like all others, so that a
 * column with 60 % zeros does not become 60 % values of -5.2; a constant column becomes 0.
 */
final class QuantileCurve {
  private static final double LEAST = 1e-7;
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private final double[] quantiles;

  /**
   * @param quantiles ascending, at least one
   */
  QuantileCurve(double[] quantiles) {
    this.quantiles = quantiles.clone();
  }

  /** The normal value of a number. */
  double normal(double x) {
    double rank = Math.max(LEAST, Math.min(1 - LEAST, rank(x)));
    return NORMAL.inverseCumulativeProbability(rank);
  }

  /** In [0, 1]: 0 below the quantiles, 1 above them, 1/2 where there is only one. */
  double rank(double x) {
    int last = quantiles.length - 1;
    if (x < quantiles[0]) {
      return 0;
    }
    if (x > quantiles[last]) {
      return 1;
    }
    if (last == 0) {
      return 0.5;
    }
    int below = lastAtMost(x);
    int above = firstAtLeast(x);
    if (below >= above) {
      return (above + below) / (2.0 * last);
    }
    double fraction = (x - quantiles[below]) / (quantiles[above] - quantiles[below]);
    return (below + fraction) / last;
  }

  /** Index of the last quantile that is not above x. */
  private int lastAtMost(double x) {
    int low = 0;
    int high = quantiles.length;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (quantiles[middle] <= x) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Index of the first quantile that is not below x. */
  private int firstAtLeast(double x) {
    int low = -1;
    int high = quantiles.length - 1;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (quantiles[middle] >= x) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }
}
