package dev.strata.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measurements of one thing, one of each draw.
 *
 * @param values by draw
 */
public record Sample(List<Double> values) {
  public Sample {
    values = List.copyOf(values);
  }

  public double mean() {
    return values.stream().mapToDouble(value -> value).average().orElseThrow();
  }

  /** Of the mean: the deviation between draws over the root of their number; NaN of one draw. */
  public double standardError() {
    double mean = mean();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.size() - 1) / values.size());
  }

  /**
   * What is left of each measurement without that of the same draw.
   *
   * @param other of the same draws
   */
  public Sample minus(Sample other) {
    Double[] differences = new Double[values.size()];
    Arrays.setAll(differences, i -> values.get(i) - other.values().get(i));
    return new Sample(List.of(differences));
  }

  /** In another unit. */
  public Sample times(double factor) {
    return new Sample(values.stream().map(value -> factor * value).toList());
  }

  /**
   * Mean ± standard error; the mean alone of one draw.
   *
   * @param number format of a number, such as {@code %.2f}
   */
  public String text(String number) {
    return values.size() == 1
        ? String.format(Locale.ROOT, number, mean())
        : String.format(
            Locale.ROOT, number + " ± " + number.replace("+", ""), mean(), standardError());
  }
}
