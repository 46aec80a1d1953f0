package dev.strata.driver.report;

import dev.strata.driver.evaluate.EvaluationMetrics;
import dev.strata.driver.evaluate.MetricText;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A run's course, round by round: losses, metrics of its validations, speed, and where the time
 * went. Of a run of several phases each has a loss chart of its own, as their losses do not
 * compare, and a line in the other charts; rounds then count from the phase's beginning. Light
 * vertical lines are ends of epochs.
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
  private static final Set<String> LITTLE_MORE = Set.of("loss", "precision", "recall");
  private static final List<String> OF_PROBABILITIES =
      List.of("log-loss", "brier-score", "expected-calibration-error");

  private static final Set<String> FREE_ENERGIES =
      Set.of(EvaluationMetrics.FREE_ENERGY, EvaluationMetrics.TRAINING_FREE_ENERGY);

  private static final Set<String> KNOWN =
      Stream.of(EvaluationMetrics.OF_CLASSES, EvaluationMetrics.OF_VALUES)
          .flatMap(List::stream)
          .collect(Collectors.toSet());

  private final List<HistoryEntry> history;
  private final Map<String, List<HistoryEntry>> lines = new LinkedHashMap<>();

  HistoryCharts(List<HistoryEntry> history) {
    this.history = List.copyOf(history);
    for (HistoryEntry entry : history) {
      String name = entry.layer().orElse(entry.phase());
      lines.computeIfAbsent(name, key -> new ArrayList<>()).add(entry);
    }
  }

  List<Chart> all() {
    List<Chart> charts = new ArrayList<>(losses());
    Set<String> others = new TreeSet<>();
    history.forEach(entry -> others.addAll(entry.metrics().keySet()));
    others.removeAll(several() ? LITTLE_MORE : KNOWN);
    others.removeAll(FREE_ENERGIES);
    charts.addAll(freeEnergies());
    if (several()) {
      others.forEach(name -> charts.add(heldOut(name)));
    } else {
      if (others.remove(EvaluationMetrics.FREE_ENERGY_GAP)) {
        charts.add(heldOut(EvaluationMetrics.FREE_ENERGY_GAP));
      }
      charts.add(metrics("Validation metrics", "value", SHARES));
      charts.add(metrics("Validation of probabilities", "value", OF_PROBABILITIES));
      charts.add(metrics("Validation errors", "in units of the label", ERRORS));
      charts.add(metrics("Explained variance", "r²", EXPLAINED));
      charts.add(metrics("Further metrics", "value", List.copyOf(others)));
    }
    charts.add(
        chart(
            "Learning rate",
            "of the round's last minibatch",
            each(
                "learning rate",
                e -> e.learningRate().isPresent(),
                e -> e.learningRate().orElseThrow())));
    charts.add(
        chart(
            "Speed",
            "examples per second",
            each("training", e -> true, HistoryEntry::examplesPerSecond)));
    charts.add(
        new Chart(
            "Time of a round's phases",
            several() ? "round (whole run)" : ROUND,
            "milliseconds",
            times(),
            several() ? List.of() : epochs(history),
            Frame.POINTS));
    return charts.stream().filter(chart -> !chart.isEmpty()).toList();
  }

  /** Losses of training rows and held-out rows: one chart per phase. */
  List<Chart> losses() {
    List<Chart> charts = new ArrayList<>();
    lines.forEach(
        (line, entries) ->
            charts.add(
                new Chart(
                    several() ? "Loss of " + line : "Loss",
                    ROUND,
                    "loss",
                    Stream.of(
                            series("training", entries, e -> true, HistoryEntry::loss),
                            series(
                                VALIDATION,
                                entries,
                                e -> e.validationLoss().isPresent(),
                                e -> e.validationLoss().orElseThrow()))
                        .filter(series -> !series.x().isEmpty())
                        .toList(),
                    epochs(entries),
                    Frame.POINTS)));
    return charts;
  }

  /** Free energies of held-out rows and of as many training rows: one chart per RBM. */
  private List<Chart> freeEnergies() {
    List<Chart> charts = new ArrayList<>();
    lines.forEach(
        (line, entries) ->
            charts.add(
                new Chart(
                    several() ? "Free energy of " + line : "Free energy",
                    ROUND,
                    "nats a row, up to a constant",
                    List.of(
                        series("training", entries, EvaluationMetrics.TRAINING_FREE_ENERGY),
                        series(VALIDATION, entries, EvaluationMetrics.FREE_ENERGY)),
                    epochs(entries),
                    Frame.POINTS)));
    return charts.stream()
        .filter(chart -> chart.series().stream().noneMatch(s -> s.x().isEmpty()))
        .toList();
  }

  private static Series series(String name, List<HistoryEntry> entries, String metric) {
    return series(
        name, entries, e -> e.metrics().containsKey(metric), e -> e.metrics().get(metric));
  }

  private boolean several() {
    return lines.size() > 1;
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

  /** One series a phase. */
  private List<Series> each(
      String name, Predicate<HistoryEntry> which, Function<HistoryEntry, Double> value) {
    List<Series> series = new ArrayList<>();
    lines.forEach(
        (line, entries) -> series.add(series(several() ? line : name, entries, which, value)));
    return series;
  }

  private static Series series(
      String name,
      List<HistoryEntry> entries,
      Predicate<HistoryEntry> which,
      Function<HistoryEntry, Double> value) {
    List<HistoryEntry> shown = entries.stream().filter(which).toList();
    return new Series(
        name,
        shown.stream().map(entry -> (double) entry.round()).toList(),
        shown.stream().map(value).toList());
  }

  private Chart heldOut(String name) {
    return metrics("Held out: " + name, axis(name), List.of(name));
  }

  private Chart metrics(String title, String unit, List<String> names) {
    List<Series> series = new ArrayList<>();
    for (String name : names) {
      series.addAll(
          each(
              KNOWN.contains(name) ? name : axis(name),
              e -> e.validationLoss().isPresent() && e.metrics().containsKey(name),
              e -> e.metrics().get(name)));
    }
    return chart(title, unit, series);
  }

  /** A metric's name and which values of it are good. */
  private static String axis(String name) {
    return MetricText.direction(name).map(good -> name + " (" + good + ")").orElse(name);
  }

  private Chart chart(String title, String unit, List<Series> series) {
    return new Chart(
        title,
        ROUND,
        unit,
        series.stream().filter(s -> !s.x().isEmpty()).toList(),
        several() ? List.of() : epochs(history),
        Frame.POINTS);
  }

  /** Rounds after which the next epoch begins. */
  private static List<Double> epochs(List<HistoryEntry> entries) {
    List<Double> ends = new ArrayList<>();
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i).epoch() != entries.get(i - 1).epoch()) {
        ends.add((double) entries.get(i - 1).round());
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
      List<Double> rounds = new ArrayList<>();
      List<Double> milliseconds = new ArrayList<>();
      for (int i = 0; i < history.size(); i++) {
        Double seconds = phases(history.get(i)).get(name);
        if (seconds != null) {
          rounds.add(several() ? i + 1.0 : (double) history.get(i).round());
          milliseconds.add(1e3 * seconds);
        }
      }
      series.add(new Series(name, rounds, milliseconds));
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
      case TRAIN -> "train: steps of the slowest worker";
      case SETUP -> "setup: preparation of the slowest worker";
      case SCHEDULING -> "Spark: scheduling and transfer of results";
      case "broadcast" -> "broadcast: sending the state to the workers";
      case "average" -> "average: averaging on the driver";
      case VALIDATION -> "validation: evaluation on held-out rows";
      default -> phase;
    };
  }
}
