package dev.strata.driver.report;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.evaluate.EvaluationResult.ClassMetrics;
import dev.strata.driver.evaluate.EvaluationResult.ColumnMetrics;
import dev.strata.driver.evaluate.EvaluationResult.Curve;
import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.report.ReportContent.Frame;
import dev.strata.driver.report.ReportContent.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What a model is worth on one part: metrics, curves, classes or columns, confusion matrix. */
final class EvaluationSection {
  /** Most telling first; others follow by name. */
  private static final List<String> FIRST =
      List.of(
          "accuracy",
          "balanced-accuracy",
          "f1",
          "precision",
          "recall",
          "roc-auc",
          "pr-auc",
          "matthews-correlation",
          "cohen-kappa",
          "top-k-accuracy",
          "log-loss",
          "brier-score",
          "expected-calibration-error",
          "rmse",
          "mae",
          "r2",
          "loss");

  private static final List<String> AVERAGED = List.of("precision", "recall", "f1");
  private static final List<String> AVERAGES = List.of("macro", "micro", "weighted");

  private static final int MOST_CLASSES = 100;
  private static final int MOST_CURVES = 10;

  private final EvaluationResult result;

  EvaluationSection(EvaluationResult result) {
    this.result = result;
  }

  void addTo(Markup page, String id) {
    page.open("section", "id", id).element("h2", title(result));
    page.element("p", ProgressText.count(result.rows()) + " rows", "class", "note");
    page.open("dl", "class", "tiles");
    for (String name : names()) {
      page.open("div")
          .element("dt", label(name))
          .element("dd", ProgressText.significant(result.metrics().get(name)));
      page.close("div");
    }
    page.close("dl").line();
    notes(page);
    if (!result.curves().isEmpty()) {
      page.open("div", "class", "charts");
      page.add(
          curves(
              "roc",
              "ROC curve",
              "false positive rate",
              "true positive rate",
              Frame.UNIT_WITH_DIAGONAL));
      page.add(curves("pr", "Precision and recall", "recall", "precision", Frame.UNIT));
      page.close("div");
    }
    result.positive().ifPresent(positive -> new PositiveClassSection(positive).addTo(page));
    result.calibration().forEach(calibration -> new CalibrationSection(calibration).addTo(page));
    if (result.metrics().containsKey("f1-macro")) {
      averages(page);
    }
    if (!result.classes().isEmpty()) {
      classes(page);
    }
    if (!result.columns().isEmpty()) {
      columns(page);
    }
    result.confusion().ifPresent(matrix -> new ConfusionTable(matrix).addTo(page));
    page.close("section").line();
  }

  /** What the metrics hide, whose they are, and what is good. */
  private void notes(Markup page) {
    result.warnings().forEach(w -> page.element("p", "Warning: " + w + ".", "class", "warning"));
    result
        .positiveClass()
        .ifPresent(
            name ->
                page.element(
                    "p",
                    "Positive class: "
                        + name
                        + ". Precision, recall, F1, ROC AUC and PR AUC refer to this class.",
                    "class",
                    "note"));
    MetricText.legend(names()).ifPresent(text -> page.element("p", text, "class", "note"));
  }

  static String title(EvaluationResult result) {
    String part = result.part();
    return part.isEmpty()
        ? "Evaluation"
        : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1);
  }

  private List<String> names() {
    Set<String> others = new TreeSet<>(result.metrics().keySet());
    List<String> names = new ArrayList<>(FIRST);
    names.retainAll(others);
    FIRST.forEach(others::remove);
    names.addAll(others);
    names.removeIf(name -> AVERAGES.contains(name.substring(name.lastIndexOf('-') + 1)));
    return names;
  }

  private static String label(String metric) {
    return switch (metric) {
      case "f1" -> "F1";
      case "roc-auc" -> "ROC AUC";
      case "pr-auc" -> "PR AUC";
      case "matthews-correlation" -> "Matthews correlation";
      case "cohen-kappa" -> "Cohen's kappa";
      case "brier-score" -> "Brier score";
      case "balanced-accuracy", "log-loss", "top-k-accuracy", "expected-calibration-error" ->
          metric.replace('-', ' ');
      case "rmse", "mae" -> metric.toUpperCase(Locale.ROOT);
      case "r2" -> "R²";
      default -> metric;
    };
  }

  /** Of many classes those told worst: the others' curves would hide them. */
  private Markup curves(String kind, String title, String x, String y, Frame frame) {
    Function<ClassMetrics, Optional<Double>> area =
        kind.equals("roc") ? ClassMetrics::rocAuc : ClassMetrics::prAuc;
    List<Curve> all = result.curves().stream().filter(curve -> curve.kind().equals(kind)).toList();
    List<Curve> shown = all;
    if (all.size() > MOST_CURVES) {
      Comparator<Curve> worst =
          Comparator.comparingDouble(curve -> area(curve.name(), area).orElse(2.0));
      shown = all.stream().sorted(worst).limit(MOST_CURVES).toList();
    }
    List<Series> series = new ArrayList<>();
    for (Curve curve : shown) {
      String text =
          area(curve.name(), area)
              .map(a -> String.format(Locale.ROOT, " (AUC %.3f)", a))
              .orElse("");
      series.add(new Series(curve.name() + text, curve.x(), curve.y()));
    }
    String which =
        shown.size() < all.size() ? ": the " + shown.size() + " classes with the lowest AUC" : "";
    return ChartDrawing.of(new Chart(title + which, x, y, series, List.of(), frame));
  }

  private Optional<Double> area(String ofClass, Function<ClassMetrics, Optional<Double>> area) {
    return result.classes().stream()
        .filter(c -> c.name().equals(ofClass))
        .findFirst()
        .flatMap(area);
  }

  private void classes(Markup page) {
    page.element("h3", "Classes");
    List<ClassMetrics> shown = result.classes();
    if (shown.size() > MOST_CLASSES) {
      shown =
          shown.stream()
              .sorted(Comparator.comparingDouble(ClassMetrics::f1))
              .limit(MOST_CLASSES)
              .toList();
      String text =
          "The "
              + MOST_CLASSES
              + " classes with the lowest F1, of "
              + ProgressText.count(result.classes().size());
      page.element("p", text + ".", "class", "note");
    }
    FigureTable table =
        new FigureTable(
            page,
            "Classes",
            List.of(
                "class", "rows", "predicted", "precision", "recall", "F1", "ROC AUC", "PR AUC"));
    for (ClassMetrics c : shown) {
      table
          .row(c.name())
          .count(c.rows())
          .count(c.predicted())
          .bar(c.precision())
          .bar(c.recall())
          .bar(c.f1())
          .value(c.rocAuc())
          .value(c.prAuc())
          .endRow();
    }
    table.end();
    double rocError = shown.stream().mapToDouble(ClassMetrics::rocAucError).max().orElse(0);
    double prError = shown.stream().mapToDouble(ClassMetrics::prAucError).max().orElse(0);
    if (rocError > 0 || prError > 0) {
      String text =
          "Scores that agree in their leading bits share a threshold (evaluation.roc-steps): ROC"
              + " AUC is off by at most %.1g, PR AUC by at most %.1g.";
      page.element("p", String.format(Locale.ROOT, text, rocError, prError), "class", "note");
    }
  }

  private void averages(Markup page) {
    page.element("h3", "Averages over the classes");
    FigureTable table =
        new FigureTable(page, "Averages", List.of("average", "precision", "recall", "F1"));
    for (String average : AVERAGES) {
      table.row(average);
      AVERAGED.forEach(name -> table.bar(result.metrics().get(name + "-" + average)));
      table.endRow();
    }
    table.end();
  }

  private void columns(Markup page) {
    page.element("h3", "Columns");
    FigureTable table = new FigureTable(page, "Columns", List.of("column", "RMSE", "MAE", "R²"));
    for (ColumnMetrics c : result.columns()) {
      table
          .row(c.name())
          .text(ProgressText.significant(c.rmse()))
          .text(ProgressText.significant(c.mae()))
          .value(c.r2())
          .endRow();
    }
    table.end();
  }
}
