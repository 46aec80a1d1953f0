package dev.strata.driver.report;

import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.report.ReportContent.Frame;
import dev.strata.driver.report.ReportContent.Series;
import dev.strata.driver.run.HistoryEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A run's course, round by round: losses, metrics of its validations, speed, and where the time
 * went. A run of several phases or pretrained layers gets a line for each. Light vertical lines are
 * ends of epochs.
 */
final class HistoryCharts {
  private static final String ROUND = "round";
  private static final String JOB = "job";
  private static final String TRAIN = "train";
  private static final String SETUP = "setup";
  private static final String SCHEDULING = "Spark";
  private static final String VALIDATION = "validation";

  /** Metrics that are worth a line; the others tell nearly the same. */
  private static final List<String> SHARES = List.of("accuracy", "f1", "roc-auc", "pr-auc");

  private static final List<String> ERRORS = List.of("rmse", "mae");
  private static final List<String> EXPLAINED = List.of("r2");
  private static final Set<String> KNOWN =
      Set.of(
          "loss",
          "precision",
          "recall",
          "accuracy",
          "f1",
          "roc-auc",
          "pr-auc",
          "rmse",
          "mae",
          "r2");

  private final List<HistoryEntry> history;
  private final Map<String, List<HistoryEntry>> lines = new LinkedHashMap<>();

  HistoryCharts(List<HistoryEntry> history) {
    this.history = List.copyOf(history);
    for (HistoryEntry entry : history) {
      String name = entry.phase() + entry.layer().map(layer -> " " + layer).orElse("");
      lines.computeIfAbsent(name, key -> new ArrayList<>()).add(entry);
    }
  }

  List<Chart> all() {
    List<Chart> charts = new ArrayList<>();
    List<Series> losses = new ArrayList<>(each("training", e -> true, HistoryEntry::loss));
    losses.addAll(
        each(
            VALIDATION,
            e -> e.validationLoss().isPresent(),
            e -> e.validationLoss().orElseThrow()));
    charts.add(chart("Loss", "loss", losses));
    charts.add(metrics("Validation metrics", "value", SHARES));
    charts.add(metrics("Validation errors", "in units of the label", ERRORS));
    charts.add(metrics("Explained variance", "r²", EXPLAINED));
    Set<String> others = new TreeSet<>();
    history.forEach(entry -> others.addAll(entry.metrics().keySet()));
    others.removeAll(KNOWN);
    charts.add(metrics("Further metrics", "value", List.copyOf(others)));
    charts.add(
        chart(
            "Speed",
            "examples per second",
            each("training", e -> true, HistoryEntry::examplesPerSecond)));
    charts.add(chart("Time of a round's phases", "milliseconds", times()));
    return charts.stream().filter(chart -> !chart.isEmpty()).toList();
  }

  /** Seconds of each phase over all rounds, largest first. */
  Map<String, Double> seconds() {
    Map<String, Double> sums = new LinkedHashMap<>();
    for (HistoryEntry entry : history) {
      phases(entry).forEach((phase, seconds) -> sums.merge(phase, seconds, Double::sum));
    }
    Map<String, Double> sorted = new LinkedHashMap<>();
    sums.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(entry -> sorted.put(described(entry.getKey()), entry.getValue()));
    return sorted;
  }

  private List<Series> each(
      String name, Predicate<HistoryEntry> which, Function<HistoryEntry, Double> value) {
    List<Series> series = new ArrayList<>();
    lines.forEach(
        (line, entries) -> {
          List<HistoryEntry> shown = entries.stream().filter(which).toList();
          series.add(
              new Series(
                  lines.size() == 1 ? name : line + ", " + name,
                  shown.stream().map(entry -> (double) entry.round()).toList(),
                  shown.stream().map(value).toList()));
        });
    return series;
  }

  private Chart metrics(String title, String unit, List<String> names) {
    List<Series> series = new ArrayList<>();
    for (String name : names) {
      series.addAll(
          each(
              name,
              e -> e.validationLoss().isPresent() && e.metrics().containsKey(name),
              e -> e.metrics().get(name)));
    }
    return chart(title, unit, series);
  }

  private Chart chart(String title, String unit, List<Series> series) {
    return new Chart(
        title,
        ROUND,
        unit,
        series.stream().filter(s -> !s.x().isEmpty()).toList(),
        epochs(),
        Frame.POINTS);
  }

  /** Rounds after which the next epoch begins. */
  private List<Double> epochs() {
    List<Double> ends = new ArrayList<>();
    for (int i = 1; i < history.size(); i++) {
      if (history.get(i).epoch() != history.get(i - 1).epoch()) {
        ends.add((double) history.get(i - 1).round());
      }
    }
    return ends;
  }

  /** Validations are left out: there is one now and then, and it would hide the rest. */
  private List<Series> times() {
    Set<String> names = new TreeSet<>();
    history.forEach(entry -> names.addAll(phases(entry).keySet()));
    names.remove(VALIDATION);
    List<Series> series = new ArrayList<>();
    for (String name : names) {
      List<HistoryEntry> shown = history.stream().filter(e -> phases(e).containsKey(name)).toList();
      series.add(
          new Series(
              name,
              shown.stream().map(entry -> (double) entry.round()).toList(),
              shown.stream().map(entry -> 1e3 * phases(entry).get(name)).toList()));
    }
    return series;
  }

  /** The Spark job holds the workers' phases: what is left of it is Spark's share. */
  private static Map<String, Double> phases(HistoryEntry entry) {
    Map<String, Double> phases = new LinkedHashMap<>(entry.seconds());
    Double job = phases.remove(JOB);
    if (job != null) {
      double workers = phases.getOrDefault(SETUP, 0.0) + phases.getOrDefault(TRAIN, 0.0);
      phases.put(SCHEDULING, Math.max(0, job - workers));
    }
    return phases;
  }

  private static String described(String phase) {
    return switch (phase) {
      case TRAIN -> "train: the slowest worker's steps";
      case SETUP -> "setup: the slowest worker making ready";
      case SCHEDULING -> "Spark: scheduling, results on their way";
      case "broadcast" -> "broadcast: handing out the state";
      case "average" -> "average: averaging on the driver";
      case VALIDATION -> "validation: measuring on rows held back";
      default -> phase;
    };
  }
}
