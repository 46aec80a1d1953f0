package dev.strata.driver.report;

import dev.strata.driver.evaluate.EvaluationResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a report shows, in the order it shows it.
 *
 * @param title such as {@code train}
 * @param facts short facts for the head of the page, label → text, in order
 * @param charts one drawing each, in order; charts without points are left out
 * @param evaluations one section each: metrics, classes, confusion matrix, curves
 * @param configuration resolved keys → values
 * @param provenance label → text
 */
public record ReportContent(
    String title,
    Map<String, String> facts,
    List<Chart> charts,
    List<EvaluationResult> evaluations,
    Map<String, String> configuration,
    Map<String, String> provenance) {
  public ReportContent {
    facts = new LinkedHashMap<>(facts);
    charts = List.copyOf(charts);
    evaluations = List.copyOf(evaluations);
    configuration = new LinkedHashMap<>(configuration);
    provenance = new LinkedHashMap<>(provenance);
  }

  /**
   * @param title above the drawing
   * @param x name of the horizontal axis, with its unit
   * @param y name of the vertical axis, with its unit
   * @param series in the order of the legend
   */
  public record Chart(String title, String x, String y, List<Series> series) {
    public Chart {
      series = List.copyOf(series);
    }
  }

  /** One line of a chart; x ascending. */
  public record Series(String name, List<Double> x, List<Double> y) {
    public Series {
      x = List.copyOf(x);
      y = List.copyOf(y);
      if (x.size() != y.size()) {
        throw new IllegalArgumentException(name + ": " + x.size() + " x but " + y.size() + " y");
      }
    }
  }
}
