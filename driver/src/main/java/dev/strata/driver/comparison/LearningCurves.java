package dev.strata.driver.comparison;

import dev.strata.driver.comparison.FoldedScores.Estimate;
import dev.strata.driver.finetune.SearchSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Learning curves side by side, for people and programs.
 *
 * @param curves with the same numbers of rows; the first is of the method to use
 * @param metric by which methods are compared
 */
public record LearningCurves(List<LearningCurve> curves, SearchSettings.Metric metric) {
  public LearningCurves {
    curves = List.copyOf(curves);
  }

  /** Whether there is anything to show. */
  public boolean isEmpty() {
    return curves.isEmpty();
  }

  /** Names of the columns. */
  public List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("labelled rows"));
    curves.forEach(curve -> columns.add(curve.method().text()));
    if (curves.size() > 1) {
      columns.add("difference");
    }
    return columns;
  }

  /** A row for each number of labelled rows. */
  public List<List<String>> rows() {
    return IntStream.range(0, curves.get(0).points().size()).mapToObj(this::row).toList();
  }

  /** What the columns are, and a sentence for each curve. */
  public List<String> legend() {
    List<String> legend = new ArrayList<>();
    legend.add(
        "%s ± standard error of trainings on part of the labelled rows, on the same held-out rows."
            .formatted(metric.text()));
    if (curves.size() > 1) {
      legend.add(
          "difference: %s less %s, paired by fold; below 0 %s is better."
              .formatted(
                  curves.get(0).method().text(),
                  curves.get(1).method().text(),
                  curves.get(0).method().text()));
    }
    curves.forEach(curve -> legend.add(curve.sentence(metric)));
    return legend;
  }

  private List<String> row(int point) {
    List<String> row = new ArrayList<>();
    row.add(String.format(Locale.ROOT, "%,d", curves.get(0).points().get(point).rows()));
    for (LearningCurve curve : curves) {
      row.add(words(curve.points().get(point).scores().score(metric), false));
    }
    if (curves.size() > 1) {
      FoldedScores first = curves.get(0).points().get(point).scores();
      FoldedScores second = curves.get(1).points().get(point).scores();
      row.add(words(first.against(second, metric), true));
    }
    return row;
  }

  private static String words(Estimate estimate, boolean signed) {
    return (signed ? Figures.signed(estimate.mean()) : Figures.of(estimate.mean()))
        + " ± "
        + Figures.of(estimate.standardError());
  }

  /** The table as lines of a text. */
  public String text() {
    return TextTable.of(columns(), rows());
  }

  /** For programs: a method's scores by numbers of rows. */
  public List<Map<String, Object>> values() {
    List<Map<String, Object>> values = new ArrayList<>();
    for (LearningCurve curve : curves) {
      for (LearningCurve.Point point : curve.points()) {
        Estimate error = point.scores().score(SearchSettings.Metric.ERROR);
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("method", curve.method().text());
        one.put("rows", point.rows());
        one.put("error", error.mean());
        one.put("errorStandardError", error.standardError());
        Estimate loss = point.scores().score(SearchSettings.Metric.LOSS);
        one.put("loss", loss.mean());
        one.put("lossStandardError", loss.standardError());
        values.add(one);
      }
    }
    return values;
  }
}
