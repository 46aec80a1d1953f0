package dev.strata.executor.preprocess;

import java.util.Arrays;

/**
 * Count, mean, squared deviations and extremes of several numbers.
 *
 * <p>Mean and squared deviations by Welford (Technometrics 4, 1962), merged by Chan, Golub and
 * LeVeque (1979): {@code mean = a + (b - a) n_b / n}, {@code M2 = M2_a + M2_b + (b - a)^2 n_a n_b /
 * n}. Missing numbers are not counted.
 *
 * @param count rows that have number j
 * @param squares sum of squared deviations from the mean
 */
record Moments(long[] count, double[] mean, double[] squares, double[] minimum, double[] maximum) {
  /** Of no rows. */
  static Moments of(int numbers) {
    double[] minimum = new double[numbers];
    double[] maximum = new double[numbers];
    Arrays.fill(minimum, Double.POSITIVE_INFINITY);
    Arrays.fill(maximum, Double.NEGATIVE_INFINITY);
    return new Moments(
        new long[numbers], new double[numbers], new double[numbers], minimum, maximum);
  }

  /**
   * Adds number {@code i} of a row, which is not NaN.
   *
   * @param rows the row's number, from 1
   * @param inverse 1 / rows
   */
  void add(int i, double x, long rows, double inverse) {
    long n = ++count[i];
    double difference = x - mean[i];
    mean[i] += n == rows ? difference * inverse : difference / n;
    squares[i] += difference * (x - mean[i]);
    if (x < minimum[i]) {
      minimum[i] = x;
    }
    if (x > maximum[i]) {
      maximum[i] = x;
    }
  }

  /** Adds the rows of a later block. */
  void merge(Moments later) {
    for (int i = 0; i < count.length; i++) {
      long n = count[i] + later.count[i];
      if (later.count[i] == 0) {
        continue;
      }
      double difference = later.mean[i] - mean[i];
      double share = (double) later.count[i] / n;
      mean[i] += difference * share;
      squares[i] += later.squares[i] + difference * difference * count[i] * share;
      count[i] = n;
      minimum[i] = Math.min(minimum[i], later.minimum[i]);
      maximum[i] = Math.max(maximum[i], later.maximum[i]);
    }
  }
}
