package dev.strata.driver.visualization;

import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the units of one layer give for some rows.
 *
 * <p>A unit is <em>dead</em> where its output does not change from row to row (by less than a
 * thousandth of the layer's range): it tells nothing. It is <em>saturated</em> where in at least 95
 * % of the rows its output lies within 5 % of a bound of its activation function: its gradient is
 * near 0.
 */
final class LayerOutputSample {
  private static final double CONSTANT = 1e-3;
  private static final double NEAR = 0.05;
  private static final double NEARLY_ALL = 0.95;

  private final String name;
  private final String activation;
  private final String seen;
  private final float[] values;
  private final int rows;
  private final int units;
  private final double low;
  private final double high;
  private final boolean[] dead;
  private final boolean[] saturated;
  private final double[] means;

  /**
   * @param activation in DL4J's lower-case spelling; empty for layers without one
   * @param seen what has an output, such as {@code rows}
   * @param output {@code [rows, units]}
   */
  LayerOutputSample(String name, String activation, String seen, INDArray output) {
    this.name = name;
    this.seen = seen;
    this.activation = activation;
    this.values = output.dup('c').data().asFloat();
    this.rows = (int) output.size(0);
    this.units = (int) output.size(1);
    this.dead = new boolean[units];
    this.saturated = new boolean[units];
    this.means = new double[units];
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    double lower = lowerBound();
    double upper = upperBound();
    this.low = Double.isNaN(lower) ? least : Math.min(lower, least);
    this.high = Math.max(Double.isNaN(upper) ? most : Math.max(upper, most), low + 1e-6);
    for (int unit = 0; unit < units; unit++) {
      look(unit, lower, upper);
    }
  }

  private void look(int unit, double lower, double upper) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int near = 0;
    double margin = NEAR * (Double.isNaN(upper) ? 1 : upper - lower);
    for (int row = 0; row < rows; row++) {
      double value = at(row, unit);
      sum += value;
      least = Math.min(least, value);
      most = Math.max(most, value);
      // an output of relu that is 0 is no fault where others are not
      boolean atLow = bends() && value <= lower + margin;
      near += atLow || value >= upper - margin ? 1 : 0;
    }
    means[unit] = sum / rows;
    dead[unit] = !(most - least > CONSTANT * (high - low));
    saturated[unit] = !dead[unit] && near >= NEARLY_ALL * rows;
  }

  /** Whether the function flattens towards its lower bound. */
  private boolean bends() {
    return !activation.equals("relu") && !Double.isNaN(lowerBound());
  }

  private double lowerBound() {
    return switch (activation) {
      case "sigmoid", "hardsigmoid", "softmax", "relu" -> 0;
      case "tanh", "hardtanh", "elu" -> -1;
      default -> Double.NaN;
    };
  }

  private double upperBound() {
    return switch (activation) {
      case "sigmoid", "hardsigmoid", "softmax", "tanh", "hardtanh" -> 1;
      default -> Double.NaN;
    };
  }

  String name() {
    return name;
  }

  String activation() {
    return activation;
  }

  int rows() {
    return rows;
  }

  /** What a row of the outputs is of. */
  String seen() {
    return seen;
  }

  int units() {
    return units;
  }

  /** Lower end of what is drawn. */
  double low() {
    return low;
  }

  /** Upper end of what is drawn. */
  double high() {
    return high;
  }

  double at(int row, int unit) {
    return values[row * units + unit];
  }

  double mean(int unit) {
    return means[unit];
  }

  boolean dead(int unit) {
    return dead[unit];
  }

  boolean saturated(int unit) {
    return saturated[unit];
  }

  int deadUnits() {
    return count(dead);
  }

  int saturatedUnits() {
    return count(saturated);
  }

  /** Share of all outputs that are exactly 0. */
  double zeros() {
    int zeros = 0;
    for (float value : values) {
      zeros += value == 0 ? 1 : 0;
    }
    return (double) zeros / values.length;
  }

  private double mean() {
    return Arrays.stream(means).average().orElse(Double.NaN);
  }

  /** In words. */
  String finding() {
    String text =
        String.format(
            Locale.ROOT,
            "%s: of %,d units%s %,d are dead (%.1f %%), %,d saturated (%.1f %%); mean output %.3g",
            name,
            units,
            activation.isEmpty() ? "" : " (" + activation + ")",
            deadUnits(),
            100.0 * deadUnits() / units,
            saturatedUnits(),
            100.0 * saturatedUnits() / units,
            mean());
    double zeros = zeros();
    return zeros > 0.001
        ? text + String.format(Locale.ROOT, ", %.1f %% of the outputs are 0.", 100 * zeros)
        : text + ".";
  }

  private static int count(boolean[] which) {
    int count = 0;
    for (boolean it : which) {
      count += it ? 1 : 0;
    }
    return count;
  }
}
