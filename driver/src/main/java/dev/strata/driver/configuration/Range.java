package dev.strata.driver.configuration;

import java.math.BigDecimal;

/**
 * The numbers a key may hold.
 *
 * @param low lowest
 * @param lowOpen whether {@code low} itself is excluded
 * @param high highest
 * @param highOpen whether {@code high} itself is excluded
 */
public record Range(double low, boolean lowOpen, double high, boolean highOpen) {
  public static final Range ANY =
      new Range(Double.NEGATIVE_INFINITY, true, Double.POSITIVE_INFINITY, true);
  public static final Range POSITIVE = new Range(0, true, Double.POSITIVE_INFINITY, true);
  public static final Range NOT_NEGATIVE = atLeast(0);

  public static Range atLeast(double low) {
    return new Range(low, false, Double.POSITIVE_INFINITY, true);
  }

  /** [low, high) */
  public static Range share(double low, double high) {
    return new Range(low, false, high, true);
  }

  /** (low, high) */
  public static Range between(double low, double high) {
    return new Range(low, true, high, true);
  }

  /** NaN and infinity are in no range. */
  public boolean contains(double value) {
    return (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
  }

  /** The rule as words, such as {@code > 0}. */
  public String words() {
    boolean below = Double.isFinite(low);
    boolean above = Double.isFinite(high);
    if (below && above) {
      return "in "
          + (lowOpen ? "(" : "[")
          + plain(low)
          + ", "
          + plain(high)
          + (highOpen ? ")" : "]");
    }
    if (below) {
      return (lowOpen ? "> " : ">= ") + plain(low);
    }
    return above ? (highOpen ? "< " : "<= ") + plain(high) : "finite";
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
