package dev.strata.driver.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One axis of a chart: from values to places, and the values that are written beside it. */
final class Axis {
  private final double from;
  private final double to;
  private final boolean logarithmic;
  private final double start;
  private final double end;
  private final List<Double> ticks;
  private final double step;

  private Axis(
      double from,
      double to,
      boolean logarithmic,
      double start,
      double end,
      List<Double> ticks,
      double step) {
    this.from = from;
    this.to = to;
    this.logarithmic = logarithmic;
    this.start = start;
    this.end = end;
    this.ticks = ticks;
    this.step = step;
  }

  /**
   * Ticks are 1, 2 or 5 times a power of ten.
   *
   * @param low smallest value shown
   * @param high largest value shown
   * @param rounded whether the axis is widened to whole steps
   * @param most steps, about
   * @param least step, such as 1 for what is counted; 0 for none
   * @param start place of the smallest value
   * @param end place of the largest value
   */
  static Axis linear(
      double low, double high, boolean rounded, int most, double least, double start, double end) {
    // a single value lies in the middle
    double room = high > low ? 0 : Math.max(least, low == 0 ? 1 : Math.abs(low) * 0.1) / 2;
    double step = Math.max(least, step((high - low + 2 * room) / most));
    double from = rounded ? Math.floor((low - room) / step + 1e-9) * step : low - room;
    double to = rounded ? Math.ceil((high + room) / step - 1e-9) * step : high + room;
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return new Axis(from, to, false, start, end, ticks, step);
  }

  /** Ticks are powers of ten; both ends must be above 0. */
  static Axis logarithmic(double low, double high, double start, double end) {
    int from = (int) Math.floor(Math.log10(low) + 1e-9);
    int to = Math.max(from + 1, (int) Math.ceil(Math.log10(high) - 1e-9));
    List<Double> ticks = new ArrayList<>();
    for (int power = from; power <= to; power += Math.max(1, (to - from) / 6)) {
      ticks.add(Math.pow(10, power));
    }
    return new Axis(from, to, true, start, end, ticks, 0);
  }

  List<Double> ticks() {
    return ticks;
  }

  boolean isLogarithmic() {
    return logarithmic;
  }

  /** Where a value lies; values beyond the axis lie at its ends. */
  double place(double value) {
    double at = logarithmic ? Math.log10(value) : value;
    double share = Math.max(0, Math.min(1, (at - from) / (to - from)));
    return start + share * (end - start);
  }

  /** Text of a tick. */
  String label(double tick) {
    double size = Math.abs(tick);
    if (size != 0 && (size >= 1e9 || size < 1e-4)) {
      return String.format(Locale.ROOT, "%.0e", tick)
          .replaceAll("e([+-])0?(\\d)", "e$1$2")
          .replace("e+", "e");
    }
    if (logarithmic) {
      return size >= 1 ? String.format(Locale.ROOT, "%,.0f", tick) : Double.toString(tick);
    }
    if (step >= 100_000) {
      return String.format(Locale.ROOT, step % 1_000_000 == 0 ? "%.0f M" : "%.1f M", tick / 1e6);
    }
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%,." + decimals + "f", tick == 0 ? 0.0 : tick);
  }

  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= least * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }
}
