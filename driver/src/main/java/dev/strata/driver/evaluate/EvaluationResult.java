package dev.strata.driver.evaluate;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Evaluation of a model on one split. A metric that the rows do not define (the area under the
 * curve of a class without rows) is absent, never NaN.
 *
 * @param part {@code train}, {@code validation} or {@code test}
 * @param rows that were evaluated
 * @param metrics by name, of {@link EvaluationMetrics}
 * @param classes one entry a class, in index order; empty for values
 * @param confusion rows by actual and predicted class; absent for values
 * @param curves ROC and precision-recall curves, thinned to what a drawing can show; empty for
 *     values
 * @param columns one entry a predicted column; empty for classes
 * @param positive the positive class by thresholds; absent where there is none
 * @param calibration of probabilities; empty where the model gives none
 * @param positiveClass of two classes the one that {@code precision}, {@code recall}, {@code f1}
 *     and both areas are of; else absent
 * @param baselines constant predictions; empty of pairs and corrupted rows
 * @param warnings what the metrics hide, a sentence each
 */
@RecordBuilder
public record EvaluationResult(
    String part,
    long rows,
    Map<String, Double> metrics,
    List<ClassMetrics> classes,
    Optional<ConfusionMatrix> confusion,
    List<Curve> curves,
    List<ColumnMetrics> columns,
    Optional<PositiveClass> positive,
    List<Calibration> calibration,
    Optional<String> positiveClass,
    List<Baseline> baselines,
    List<String> warnings) {
  public EvaluationResult {
    metrics = new TreeMap<>(metrics);
    classes = List.copyOf(classes);
    curves = List.copyOf(curves);
    columns = List.copyOf(columns);
    calibration = List.copyOf(calibration);
    baselines = List.copyOf(baselines);
    warnings = List.copyOf(warnings);
  }

  /** Without a positive class, calibration, baselines and warnings. */
  public EvaluationResult(
      String part,
      long rows,
      Map<String, Double> metrics,
      List<ClassMetrics> classes,
      Optional<ConfusionMatrix> confusion,
      List<Curve> curves,
      List<ColumnMetrics> columns) {
    this(
        part,
        rows,
        metrics,
        classes,
        confusion,
        curves,
        columns,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  /** The metric of that name, empty where it is not defined. */
  public OptionalDouble metric(String name) {
    Double value = metrics.get(name);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /**
   * One class against all others.
   *
   * @param rows that are of the class
   * @param predicted rows that were taken for it
   * @param rocAuc area under the ROC curve; absent where all rows are of the class or none is
   * @param prAuc average precision; absent where no row is of the class
   * @param rocAucError the most by which {@code rocAuc} may be off; 0 where it is exact
   * @param prAucError as above, of {@code prAuc}
   */
  @RecordBuilder
  public record ClassMetrics(
      String name,
      long rows,
      long predicted,
      double precision,
      double recall,
      double f1,
      Optional<Double> rocAuc,
      Optional<Double> prAuc,
      double rocAucError,
      double prAucError) {
    /** With exact areas. */
    public ClassMetrics(
        String name,
        long rows,
        long predicted,
        double precision,
        double recall,
        double f1,
        Optional<Double> rocAuc,
        Optional<Double> prAuc) {
      this(name, rows, predicted, precision, recall, f1, rocAuc, prAuc, 0, 0);
    }
  }

  /**
   * @param classes names in index order
   * @param counts {@code counts[actual][predicted]}
   */
  public record ConfusionMatrix(List<String> classes, List<List<Long>> counts) {
    public ConfusionMatrix {
      classes = List.copyOf(classes);
      counts = counts.stream().map(List::copyOf).toList();
    }
  }

  /**
   * @param kind {@code roc} (x: false positive rate, y: true positive rate) or {@code pr} (x:
   *     recall, y: precision)
   * @param name of the class that counts as positive
   */
  public record Curve(String kind, String name, List<Double> x, List<Double> y) {
    public Curve {
      x = List.copyOf(x);
      y = List.copyOf(y);
    }
  }

  /** One predicted column. {@code r2} is absent where there are fewer than two rows. */
  public record ColumnMetrics(String name, double rmse, double mae, Optional<Double> r2) {}
}
