package dev.strata.jobs;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Metrics as lines of text. */
final class Metrics {
  private Metrics() {}

  /** One line for each part. */
  static void print(Map<String, Map<String, Double>> parts, PrintStream out) {
    parts.forEach((part, metrics) -> out.println(part + ": " + line(metrics)));
  }

  static String line(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }
}
