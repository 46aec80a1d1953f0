package dev.strata.driver.report;

import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.report.ReportContent.Frame;
import dev.strata.driver.report.ReportContent.Series;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerEntry.Change;
import dev.strata.driver.run.LayerEntry.Layer;
import dev.strata.driver.run.LayerEntry.Outputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What happened in the layers of a network, round by round: one line a layer. */
final class LayerCharts {
  /** Of a deeper network, layers at even distances are shown. */
  private static final int MOST_LAYERS = 12;

  private static final String ROUND = "round";

  private final Map<String, List<LayerEntry>> phases = new LinkedHashMap<>();

  LayerCharts(List<LayerEntry> entries) {
    for (LayerEntry entry : entries) {
      phases.computeIfAbsent(entry.phase(), key -> new ArrayList<>()).add(entry);
    }
  }

  List<Chart> all() {
    List<Chart> charts = new ArrayList<>();
    phases.forEach(
        (phase, entries) -> {
          String of = phases.size() > 1 ? " of " + phase : "";
          charts.add(
              changes(
                  "Update-to-parameter ratio" + of, "per minibatch", entries, Change::updateRatio));
          charts.add(
              changes("Change of a round" + of, "Euclidean norm", entries, Change::changeNorm));
          charts.add(outputs("Dead units" + of, "share", entries, Outputs::dead));
          charts.add(outputs("Saturated units" + of, "share", entries, Outputs::saturated));
          charts.add(
              outputs("Spread of outputs" + of, "standard deviation", entries, Outputs::deviation));
        });
    return charts.stream().filter(chart -> !chart.isEmpty()).toList();
  }

  private static Chart changes(
      String title, String unit, List<LayerEntry> entries, Function<Change, Double> value) {
    return chart(title, unit, entries, layer -> layer.change().map(value));
  }

  private static Chart outputs(
      String title, String unit, List<LayerEntry> entries, Function<Outputs, Double> value) {
    return chart(title, unit, entries, layer -> layer.outputs().map(value));
  }

  private static Chart chart(
      String title,
      String unit,
      List<LayerEntry> entries,
      Function<Layer, Optional<Double>> value) {
    Map<String, List<Double>> rounds = new LinkedHashMap<>();
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (LayerEntry entry : entries) {
      for (Layer layer : entry.layers()) {
        value
            .apply(layer)
            .ifPresent(
                found -> {
                  rounds
                      .computeIfAbsent(layer.name(), key -> new ArrayList<>())
                      .add((double) entry.round());
                  values.computeIfAbsent(layer.name(), key -> new ArrayList<>()).add(found);
                });
      }
    }
    List<Series> series = new ArrayList<>();
    for (String name : some(List.copyOf(rounds.keySet()))) {
      series.add(new Series(name, rounds.get(name), values.get(name)));
    }
    return new Chart(title, ROUND, unit, series, List.of(), Frame.POINTS);
  }

  /** At even distances, the first and the last among them. */
  static List<String> some(List<String> names) {
    if (names.size() <= MOST_LAYERS) {
      return names;
    }
    LinkedHashSet<String> chosen = new LinkedHashSet<>();
    for (int i = 0; i < MOST_LAYERS; i++) {
      chosen.add(names.get((int) Math.round((double) i * (names.size() - 1) / (MOST_LAYERS - 1))));
    }
    return List.copyOf(chosen);
  }
}
