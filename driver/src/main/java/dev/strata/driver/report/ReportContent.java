package dev.strata.driver.report;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.visualization.Picture;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Content of a report, in its order. Sections without content are omitted.
 *
 * @param title such as {@code train}
 * @param facts short facts for the head of the page, label → text, in order
 * @param charts one drawing each, in order; charts without points are left out
 * @param seconds where the time went, phase → seconds, in order
 * @param evaluations one section each: metrics, classes, confusion matrix, curves
 * @param pictures what the network has learnt, in order
 * @param chosen keys that differ from their defaults → values
 * @param configuration all resolved keys → values
 * @param tables one section each, in order
 * @param provenance label → text
 */
@RecordBuilder
public record ReportContent(
    String title,
    Map<String, String> facts,
    List<Chart> charts,
    Map<String, Double> seconds,
    List<EvaluationResult> evaluations,
    List<Picture> pictures,
    Map<String, String> chosen,
    Map<String, String> configuration,
    List<Table> tables,
    Map<String, String> provenance) {
  public ReportContent {
    facts = new LinkedHashMap<>(facts);
    charts = List.copyOf(charts);
    seconds = new LinkedHashMap<>(seconds);
    evaluations = List.copyOf(evaluations);
    pictures = List.copyOf(pictures);
    chosen = new LinkedHashMap<>(chosen);
    configuration = new LinkedHashMap<>(configuration);
    tables = List.copyOf(tables);
    provenance = new LinkedHashMap<>(provenance);
  }

  /** Without pictures or a section on time, and with all keys alike. */
  public ReportContent(
      String title,
      Map<String, String> facts,
      List<Chart> charts,
      List<EvaluationResult> evaluations,
      Map<String, String> configuration,
      Map<String, String> provenance) {
    this(
        title,
        facts,
        charts,
        Map.of(),
        evaluations,
        List.of(),
        Map.of(),
        configuration,
        List.of(),
        provenance);
  }

  /**
   * @param title above the drawing
   * @param x name of the horizontal axis, with its unit
   * @param y name of the vertical axis, with its unit
   * @param series in the order of the legend
   * @param marks x of vertical lines, such as ends of epochs
   * @param frame what the axes span
   */
  public record Chart(
      String title, String x, String y, List<Series> series, List<Double> marks, Frame frame) {
    public Chart {
      series = List.copyOf(series);
      marks = List.copyOf(marks);
    }

    /** Axes by the points, without marks. */
    public Chart(String title, String x, String y, List<Series> series) {
      this(title, x, y, series, List.of(), Frame.POINTS);
    }

    boolean isEmpty() {
      return series.stream().allMatch(line -> line.x().isEmpty());
    }
  }

  /**
   * Cells of texts.
   *
   * @param rows each as long as the columns; the first cell names the row
   * @param legend what the columns are
   */
  public record Table(String title, List<String> columns, List<List<String>> rows, String legend) {
    public Table {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /** Ranges of a chart's axes. */
  public enum Frame {
    /** The points. */
    POINTS,
    /** From 0 to 1 both ways. */
    UNIT,
    /** The same, with the line y = x that guessing would give. */
    UNIT_WITH_DIAGONAL
  }

  /** One line of a chart; x ascending. Points that are not finite leave a gap. */
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
