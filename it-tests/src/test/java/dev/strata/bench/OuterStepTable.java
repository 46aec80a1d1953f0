package dev.strata.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Tables of a comparison: a line a setting of the averaging, over all its seeds. */
final class OuterStepTable {
  private final Map<String, List<OuterStepResult>> settings;

  OuterStepTable(List<OuterStepResult> results) {
    settings =
        results.stream()
            .sorted(
                Comparator.comparing(OuterStepResult::workers)
                    .thenComparing(OuterStepResult::every)
                    .thenComparing(OuterStepResult::cut)
                    .thenComparing(OuterStepResult::outer))
            .collect(
                Collectors.groupingBy(
                    OuterStepResult::setting, LinkedHashMap::new, Collectors.toList()));
  }

  /** With each learning rate, after the last epoch. */
  String ofLast(String metric, int epochs) {
    StringBuilder text = heading(metric + " after the last epoch");
    candidates().stream()
        .filter(candidate -> candidate.endsWith(", " + epochs))
        .forEach(
            candidate ->
                settings.forEach(
                    (setting, runs) -> text.append(line(setting, candidate, candidate, metric))));
    return text.toString();
  }

  /** With the rate and the epochs whose mean over the seeds is least by another metric. */
  String ofChosen(String metric, String chosenBy) {
    StringBuilder text = heading(metric + ", rate and epochs chosen by " + chosenBy);
    settings.forEach(
        (setting, runs) ->
            text.append(
                line(
                    setting,
                    chosen(setting, chosenBy),
                    chosen(withoutOuterStep(setting), chosenBy),
                    metric)));
    return text.toString();
  }

  private List<String> candidates() {
    return settings.values().stream()
        .flatMap(List::stream)
        .map(OuterStepResult::candidate)
        .distinct()
        .sorted()
        .toList();
  }

  private String chosen(String setting, String metric) {
    return candidates().stream()
        .filter(candidate -> !seeds(setting, candidate, metric).isEmpty())
        .min(Comparator.comparingDouble(candidate -> mean(setting, candidate, metric)))
        .orElse("");
  }

  private double mean(String setting, String candidate, String metric) {
    return seeds(setting, candidate, metric).values().stream()
        .mapToDouble(value -> value)
        .average()
        .orElseThrow();
  }

  private Map<Long, Double> seeds(String setting, String candidate, String metric) {
    return settings.getOrDefault(setting, List.of()).stream()
        .filter(run -> run.candidate().equals(candidate))
        .collect(
            Collectors.toMap(OuterStepResult::seed, run -> run.metrics().get(metric), (a, b) -> b));
  }

  private static String withoutOuterStep(String setting) {
    return setting.substring(0, setting.lastIndexOf('|') + 1) + "none";
  }

  private static StringBuilder heading(String title) {
    return new StringBuilder(title)
        .append(
            "\n\n| rounds | workers | every | outer step | rate, epochs | seeds | mean | worst ")
        .append("| to none, mean | seeds better, worse |\n")
        .append("| --- | ---: | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
  }

  private String line(String setting, String candidate, String ofNone, String metric) {
    Map<Long, Double> values = seeds(setting, candidate, metric);
    if (values.isEmpty()) {
      return "";
    }
    Map<Long, Double> none = seeds(withoutOuterStep(setting), ofNone, metric);
    List<Double> differences = new ArrayList<>();
    values.forEach(
        (seed, value) -> {
          if (none.containsKey(seed)) {
            differences.add(value - none.get(seed));
          }
        });
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %.4f | %.4f | %s |%n",
        setting.replace("|", " | "),
        candidate,
        values.size(),
        mean(setting, candidate, metric),
        values.values().stream().mapToDouble(value -> value).max().orElseThrow(),
        setting.endsWith("none") ? " | " : paired(differences));
  }

  /** Mean of the paired differences with its standard error, and on how many seeds which sign. */
  private static String paired(List<Double> differences) {
    int n = differences.size();
    double mean = differences.stream().mapToDouble(d -> d).average().orElse(Double.NaN);
    double squares = differences.stream().mapToDouble(d -> (d - mean) * (d - mean)).sum();
    return String.format(
        Locale.ROOT,
        "%+.4f ± %.4f | %d, %d",
        mean,
        Math.sqrt(squares / (n - 1) / n),
        differences.stream().filter(d -> d < 0).count(),
        differences.stream().filter(d -> d > 0).count());
  }
}
