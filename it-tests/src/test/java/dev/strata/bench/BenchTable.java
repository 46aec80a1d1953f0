package dev.strata.bench;

import dev.strata.executor.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Medians, and ratios of medians beside what they are to reach. */
final class BenchTable {
  private final Map<String, List<Double>> speeds;
  private final List<Ratio> ratios = new ArrayList<>();

  /**
   * @param asked what the ratio is to reach; 0 where it is only reported
   */
  private record Ratio(String of, String to, double ratio, double asked) {}

  BenchTable(Map<String, List<Double>> speeds) {
    this.speeds = speeds;
  }

  void ratio(String of, String to, double asked) {
    ratios.add(new Ratio(of, to, median(of) / median(to), asked));
  }

  private double median(String name) {
    return median(speeds.get(name));
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(String.format("%-22s %10s %10s %10s%n", "examples/s", "min", "median", "max"));
    for (Map.Entry<String, List<Double>> entry : speeds.entrySet()) {
      double min = entry.getValue().stream().mapToDouble(d -> d).min().orElseThrow();
      double max = entry.getValue().stream().mapToDouble(d -> d).max().orElseThrow();
      text.append(
          String.format(
              Locale.ROOT,
              "%-22s %,10.0f %,10.0f %,10.0f%n",
              entry.getKey(),
              min,
              median(entry.getKey()),
              max));
    }
    text.append(System.lineSeparator());
    for (Ratio ratio : ratios) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-46s %5.2f %s%n",
              ratio.of() + " / " + ratio.to(),
              ratio.ratio(),
              ratio.asked() > 0 ? "(asked: at least " + ratio.asked() + ")" : ""));
    }
    return text.toString();
  }

  String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("examplesPerSecond", speeds);
    all.put(
        "ratios",
        ratios.stream()
            .map(r -> Map.of("of", r.of(), "to", r.to(), "ratio", r.ratio(), "asked", r.asked()))
            .toList());
    return Json.pretty(all);
  }
}
