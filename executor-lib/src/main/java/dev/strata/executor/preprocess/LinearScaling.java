package dev.strata.executor.preprocess;

import java.util.List;

/**
 * The linear part of a number's scaling, {@code (x - shift) / divisor}; of {@link Scaling#LOG}, x
 * is the logarithm. Scalings by a curve or by bins alone have the shift 0 and the divisor 1.
 *
 * @param divisor never 0
 */
public record LinearScaling(double shift, double divisor) {
  /**
   * @param column position of the column
   * @param number in the column
   */
  public static LinearScaling of(Preprocessing preprocessing, int column, int number) {
    ColumnStatistics statistics = preprocessing.statistics().get(column);
    FeatureColumn feature = preprocessing.layout().features().get(column);
    return switch (feature.scaling(number, preprocessing.scaling())) {
      case STANDARD, LOG -> over(statistics.mean().get(number), statistics.deviation().get(number));
      case MIN_MAX -> {
        double least = statistics.minimum().get(number);
        yield over(least, statistics.maximum().get(number) - least);
      }
      case ROBUST -> {
        List<Double> quartiles = statistics.quantiles().get(number);
        yield over(quartiles.get(2), quartiles.get(3) - quartiles.get(1));
      }
      case DIVIDE_BY -> over(0, preprocessing.divideBy());
      case PIECEWISE_LINEAR, QUANTILE_NORMAL, NONE -> over(0, 1);
      case AUTO -> throw new IllegalStateException("a scaling that was never chosen");
    };
  }

  /** A constant number is only shifted. */
  private static LinearScaling over(double shift, double range) {
    return new LinearScaling(shift, range == 0.0 || (float) range == 0f ? 1.0 : range);
  }
}
