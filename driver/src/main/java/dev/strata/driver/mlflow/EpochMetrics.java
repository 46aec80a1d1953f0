package dev.strata.driver.mlflow;

import dev.strata.driver.mlflow.TrackedRun.Point;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rounds as metrics by epoch: of each epoch and phase the loss of the last round, {@code
 * train/loss}, and the last validation, {@code validation/METRIC}; step 1 is the first epoch. Names
 * of other phases than the training of the whole network begin with the phase.
 */
final class EpochMetrics {
  private static final String WHOLE = "supervised";

  private EpochMetrics() {}

  /** An epoch of a phase. */
  record Epoch(String phase, int number) {
    static Epoch of(HistoryEntry entry) {
      return new Epoch(entry.phase(), entry.epoch() + 1);
    }
  }

  /** Epoch → its metrics, in the history's order. */
  static Map<Epoch, List<Point>> of(List<HistoryEntry> history) {
    Map<Epoch, Map<String, Point>> last = new LinkedHashMap<>();
    for (HistoryEntry entry : history) {
      Map<String, Point> own = last.computeIfAbsent(Epoch.of(entry), epoch -> new TreeMap<>());
      for (Point point : points(entry)) {
        own.put(point.key(), point);
      }
    }
    Map<Epoch, List<Point>> points = new LinkedHashMap<>();
    last.forEach((epoch, own) -> points.put(epoch, List.copyOf(own.values())));
    return points;
  }

  private static List<Point> points(HistoryEntry entry) {
    String before = entry.phase().equals(WHOLE) ? "" : entry.phase() + "/";
    long time = time(entry.time());
    int step = entry.epoch() + 1;
    List<Point> points = new ArrayList<>();
    add(before + "train/loss", entry.loss(), time, step, points);
    entry
        .metrics()
        .forEach((name, value) -> add(before + "validation/" + name, value, time, step, points));
    return points;
  }

  /** The metrics of the finished run, {@code result/PART/METRIC}, and its figures. */
  static List<Point> of(RunResult result, long time) {
    List<Point> points = new ArrayList<>();
    result
        .metrics()
        .forEach(
            (part, metrics) ->
                metrics.forEach(
                    (name, value) -> add("result/" + part + "/" + name, value, time, 0, points)));
    Map<String, Number> figures = new TreeMap<>();
    figures.put("examplesSeen", result.examplesSeen());
    figures.put("epochs", result.epochs());
    figures.put("rounds", result.rounds());
    figures.put("parameters", result.parameters());
    figures.put("trainSeconds", result.trainSeconds());
    figures.put("wallSeconds", result.wallSeconds());
    figures.put("examplesPerSecond", result.examplesPerSecond());
    figures.forEach(
        (name, value) ->
            add(
                "result/" + name,
                value == null ? null : (Double) value.doubleValue(),
                time,
                0,
                points));
    return points;
  }

  /** JSON has no NaN. */
  private static void add(String key, Double value, long time, int step, List<Point> points) {
    if (value != null && Double.isFinite(value)) {
      points.add(new Point(key, value, time, step));
    }
  }

  private static long time(String text) {
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException | NullPointerException e) {
      return 0;
    }
  }
}
