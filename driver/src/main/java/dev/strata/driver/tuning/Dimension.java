package dev.strata.driver.tuning;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A key that is searched, and its values. A value has a place in [0, 1): draws are uniform in it.
 */
public sealed interface Dimension {
  /** Digits of a number that is drawn: more of them say nothing and are hard to read. */
  MathContext DIGITS = new MathContext(3);

  /** Name of the key, such as {@code network.updater.learning-rate}. */
  String key();

  /**
   * The value at a place, as text that the configuration takes.
   *
   * @param place in [0, 1]
   */
  String value(double place);

  /** The values of a grid, each once. */
  List<String> grid();

  /** Whether values that lie near each other are alike, so that a search can come closer. */
  boolean ordered();

  /** Values from a list. */
  record Choices(String key, List<String> values) implements Dimension {
    public Choices {
      values = List.copyOf(values);
    }

    @Override
    public String value(double place) {
      return values.get(Math.min(values.size() - 1, (int) (place * values.size())));
    }

    @Override
    public List<String> grid() {
      return values;
    }

    @Override
    public boolean ordered() {
      return false;
    }
  }

  /**
   * Numbers between two bounds, both included.
   *
   * @param min below max; above 0 where the scale is logarithmic
   * @param logarithmic whether draws are uniform in the logarithm
   * @param integer whether only integers are drawn
   * @param points of a grid, at least 2
   */
  record Interval(
      String key, double min, double max, boolean logarithmic, boolean integer, int points)
      implements Dimension {
    /** The bounds of the places of integers: each has the same room. */
    private double low() {
      return integer ? min - 0.5 : min;
    }

    private double high() {
      return integer ? max + 0.5 : max;
    }

    @Override
    public String value(double place) {
      double value =
          logarithmic ? low() * Math.pow(high() / low(), place) : low() + place * (high() - low());
      if (integer) {
        return Long.toString(Math.round(Math.max(min, Math.min(max, value))));
      }
      double rounded = new BigDecimal(value).round(DIGITS).doubleValue();
      return Double.toString(Math.max(min, Math.min(max, rounded)));
    }

    /** Where a number lies, for pictures; beyond the bounds at their ends. */
    double place(double value) {
      double within = Math.max(min, Math.min(max, value));
      return logarithmic
          ? Math.log(within / low()) / Math.log(high() / low())
          : (within - low()) / (high() - low());
    }

    @Override
    public List<String> grid() {
      LinkedHashSet<String> values = new LinkedHashSet<>();
      for (int i = 0; i < points; i++) {
        double share = (double) i / (points - 1);
        double value = logarithmic ? min * Math.pow(max / min, share) : min + share * (max - min);
        values.add(value(place(value)));
      }
      return new ArrayList<>(values);
    }

    @Override
    public boolean ordered() {
      return true;
    }
  }
}
