package dev.strata.executor.preprocess;

import java.util.List;

/**
 * Piecewise linear encoding of a number by bins between quantiles (Gorishniy, Rubachev and Babenko,
 * On Embeddings for Numerical Features in Tabular Deep Learning, 2022, arXiv:2203.05556, equation
 * 1). With bounds b_0 &lt; … &lt; b_T element t of 1 … T is
 *
 * <ul>
 *   <li>0 where x &lt; b_{t-1} and t &gt; 1,
 *   <li>1 where x ≥ b_t and t &lt; T,
 *   <li>else (x - b_{t-1}) / (b_t - b_{t-1}): the first and the last element continue their lines.
 * </ul>
 *
 * A constant number has one element, which is 0 at it.
 */
final class Bins {
  private final double[] bounds;

  /**
   * @param bounds strictly ascending, at least one
   */
  Bins(List<Double> bounds) {
    this.bounds = bounds.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Elements of a number with these bounds. */
  static int count(List<Double> bounds) {
    return Math.max(1, bounds.size() - 1);
  }

  /** Element {@code t}, counted from 0, of a number. */
  double element(double x, int t) {
    int last = bounds.length - 2;
    if (last < 0) {
      return x - bounds[0];
    }
    if (x < bounds[t] && t > 0) {
      return 0;
    }
    if (x >= bounds[t + 1] && t < last) {
      return 1;
    }
    return (x - bounds[t]) / (bounds[t + 1] - bounds[t]);
  }
}
