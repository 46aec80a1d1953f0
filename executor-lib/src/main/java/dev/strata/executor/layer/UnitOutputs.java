package dev.strata.executor.layer;

/**
 * Which units of a layer say nothing, by their outputs for some rows.
 *
 * <p>A unit is <em>dead</em> if its output does not change from row to row (by less than a
 * thousandth of the layer's range). It is <em>saturated</em> if in at least 95 % of the rows its
 * output lies within 5 % of a bound of its activation function, where its gradient is near 0.
 */
public final class UnitOutputs {
  private static final double CONSTANT = 1e-3;
  private static final double NEAR = 0.05;
  private static final double NEARLY_ALL = 0.95;

  private final String activation;
  private final float[] values;
  private final int rows;
  private final int units;
  private final double low;
  private final double high;
  private final boolean[] dead;
  private final boolean[] saturated;
  private final double[] means;

  /**
   * Looks at the outputs.
   *
   * @param activation of the layer, in DL4J's lower-case spelling; empty for layers without one
   * @param values outputs, row after row; at least one row
   * @param units number of the layer's units
   */
  public UnitOutputs(String activation, float[] values, int units) {
    this.activation = activation;
    this.values = values;
    this.units = units;
    this.rows = values.length / units;
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

  /** Lower end of the layer's range: the bound of its activation, or the least output. */
  public double low() {
    return low;
  }

  /** Upper end of the layer's range. */
  public double high() {
    return high;
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Number of units. */
  public int units() {
    return units;
  }

  /** Output of a unit for a row. */
  public double at(int row, int unit) {
    return values[row * units + unit];
  }

  /** Mean output of a unit. */
  public double mean(int unit) {
    return means[unit];
  }

  /** Whether the unit is dead. */
  public boolean dead(int unit) {
    return dead[unit];
  }

  /** Whether the unit is saturated. A dead unit is not. */
  public boolean saturated(int unit) {
    return saturated[unit];
  }

  /** Number of dead units. */
  public int deadUnits() {
    return count(dead);
  }

  /** Number of saturated units. */
  public int saturatedUnits() {
    return count(saturated);
  }

  /** Share of all outputs that are exactly 0. */
  public double zeros() {
    int zeros = 0;
    for (float value : values) {
      zeros += value == 0 ? 1 : 0;
    }
    return (double) zeros / values.length;
  }

  private static int count(boolean[] which) {
    int count = 0;
    for (boolean it : which) {
      count += it ? 1 : 0;
    }
    return count;
  }
}
