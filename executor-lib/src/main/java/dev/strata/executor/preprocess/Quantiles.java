package dev.strata.executor.preprocess;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Quantiles of a sample at even levels, linear between two values (the default of NumPy: Hyndman
 * and Fan's type 7, The American Statistician 50, 1996).
 */
final class Quantiles {
  private Quantiles() {}

  /**
   * @param sample in any order; not empty
   * @param count n: the levels are i / (n - 1); the median alone where n is 1
   * @return ascending
   */
  static List<Double> of(double[] sample, int count) {
    double[] sorted = sorted(sample);
    List<Double> quantiles = new ArrayList<>();
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      double position = position(i, count, sorted.length);
      int below = (int) Math.floor(position);
      int above = Math.min(below + 1, sorted.length - 1);
      // Rounding must not let a quantile fall below the one before.
      highest = Math.max(highest, between(sorted[below], sorted[above], position - below));
      quantiles.add(highest + 0.0);
    }
    return quantiles;
  }

  /** As {@link #of}, but the sample's own values below the levels, each once. */
  static List<Double> distinctValues(double[] sample, int count) {
    double[] sorted = sorted(sample);
    return IntStream.range(0, count)
        .mapToObj(i -> sorted[(int) Math.floor(position(i, count, sorted.length))] + 0.0)
        .distinct()
        .toList();
  }

  private static double position(int i, int count, int length) {
    return count == 1 ? (length - 1) / 2.0 : (double) i * (length - 1) / (count - 1);
  }

  private static double[] sorted(double[] sample) {
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  private static double between(double a, double b, double share) {
    return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share);
  }
}
