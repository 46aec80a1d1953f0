package dev.strata.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rows a second of several things done to the same rows; the best of all measurements counts. */
final class Rates {
  private final long rows;
  private final Map<String, Double> best = new LinkedHashMap<>();

  Rates(long rows) {
    this.rows = rows;
  }

  /** Measures. */
  void best(String name, Runnable work) {
    long begun = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - begun) / 1e9;
    System.err.printf(Locale.ROOT, "%-24s %8.2f s%n", name, seconds);
    atLeast(name, rows / seconds);
  }

  /**
   * @param rate rows a second that were measured elsewhere
   */
  void atLeast(String name, double rate) {
    best.merge(name, rate, Math::max);
  }

  String text() {
    StringBuilder text = new StringBuilder(String.format("%-24s %12s%n", "", "rows/s"));
    best.forEach((name, r) -> text.append(String.format(Locale.ROOT, "%-24s %,12.0f%n", name, r)));
    return text.toString();
  }

  /** How near it comes to the slowest of its ceilings. */
  String share(String name, List<String> ceilings) {
    String slowest =
        ceilings.stream().min((a, b) -> Double.compare(best.get(a), best.get(b))).orElseThrow();
    return String.format(
        Locale.ROOT,
        "%s: %.1f %% of %s (asked: at least 60)%n",
        name,
        100 * best.get(name) / best.get(slowest),
        slowest);
  }
}
