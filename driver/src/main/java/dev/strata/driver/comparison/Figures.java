package dev.strata.driver.comparison;

import java.util.Locale;

/** Numbers of a comparison, for people. */
public final class Figures {
  private static final double PLAIN = 1000;

  private Figures() {}

  /** Four decimals, or four digits of what is large. */
  public static String of(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < PLAIN ? "%.4f" : "%.4g", value);
  }

  /** With its sign. */
  static String signed(double value) {
    return value < 0 ? of(value) : "+" + of(value);
  }
}
