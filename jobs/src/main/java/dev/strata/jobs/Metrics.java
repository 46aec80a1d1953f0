package dev.strata.jobs;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Metrics as lines of text. */
final class Metrics {
  private Metrics() {}

  /** Averages besides those of the plain names, which result.json and report.html have. */
  private static final Pattern AVERAGES = Pattern.compile(".*-(macro|micro|weighted)");

  /** One line for each part. */
  static void print(Map<String, Map<String, Double>> parts, PrintStream out) {
    parts.forEach((part, metrics) -> out.println(part + ": " + line(metrics)));
  }

  static String line(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .filter(e -> !AVERAGES.matcher(e.getKey()).matches())
        .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }
}
