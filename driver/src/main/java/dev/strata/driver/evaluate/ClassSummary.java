package dev.strata.driver.evaluate;

import dev.strata.driver.evaluate.EvaluationResult.ClassMetrics;
import dev.strata.driver.evaluate.EvaluationResult.ConfusionMatrix;
import dev.strata.driver.evaluate.EvaluationResult.Curve;
import dev.strata.executor.metric.ClassSums;
import dev.strata.executor.metric.ConfusionCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What counts of classes come to. */
final class ClassSummary {
  private static final int MOST_CURVES = 12;

  private final List<String> names;
  private final OptionalInt positive;
  private final ClassSums sums;
  private final ConfusionMeasures confusion;
  private final List<ScoreCurve> curves;

  /**
   * @param names of the classes
   * @param positive class; empty where there is none
   */
  ClassSummary(List<String> names, OptionalInt positive, ClassSums sums) {
    this.names = names;
    this.positive = positive;
    this.sums = sums;
    this.confusion = new ConfusionMeasures(sums.confusion());
    this.curves =
        IntStream.range(0, names.size()).mapToObj(c -> new ScoreCurve(sums.scores(c))).toList();
  }

  /** Adds the metrics that are defined. */
  void addTo(Map<String, Double> metrics) {
    metrics.put("accuracy", confusion.accuracy());
    metrics.put("balanced-accuracy", confusion.balancedAccuracy());
    metrics.put("matthews-correlation", confusion.matthews());
    confusion.kappa().ifPresent(kappa -> metrics.put("cohen-kappa", kappa));
    metrics.put("precision-macro", confusion.macro(confusion::precision));
    metrics.put("recall-macro", confusion.macro(confusion::recall));
    metrics.put("f1-macro", confusion.macro(confusion::f1));
    for (String measure : List.of("precision", "recall", "f1")) {
      metrics.put(measure + "-micro", confusion.accuracy());
    }
    metrics.put("precision-weighted", confusion.weighted(confusion::precision));
    metrics.put("recall-weighted", confusion.weighted(confusion::recall));
    metrics.put("f1-weighted", confusion.weighted(confusion::f1));
    boolean two = judgedByOne();
    int one = positive.orElse(0);
    metrics.put("precision", two ? confusion.precision(one) : metrics.get("precision-macro"));
    metrics.put("recall", two ? confusion.recall(one) : metrics.get("recall-macro"));
    metrics.put("f1", two ? confusion.f1(one) : metrics.get("f1-macro"));
    mean(ScoreCurve::rocAuc).ifPresent(auc -> metrics.put("roc-auc", auc));
    mean(ScoreCurve::averagePrecision).ifPresent(ap -> metrics.put("pr-auc", ap));
    sums.topKAccuracy().ifPresent(share -> metrics.put("top-k-accuracy", share));
    sums.logLoss().ifPresent(loss -> metrics.put("log-loss", loss));
    sums.brierScore().ifPresent(score -> metrics.put("brier-score", score));
    calibration().stream()
        .findFirst()
        .ifPresent(c -> metrics.put("expected-calibration-error", c.expectedError()));
  }

  ClassBaselines baselines() {
    return new ClassBaselines(names, confusion, sums.logLoss());
  }

  /** Name of the class whose precision, recall, F1 and areas are the metrics; else empty. */
  Optional<String> positiveClass() {
    return judgedByOne() ? Optional.of(names.get(positive.getAsInt())) : Optional.empty();
  }

  List<ClassMetrics> classes() {
    return IntStream.range(0, names.size()).mapToObj(this::ofClass).toList();
  }

  private ClassMetrics ofClass(int ofClass) {
    ScoreCurve curve = curves.get(ofClass);
    return EvaluationResultClassMetricsBuilder.builder()
        .name(names.get(ofClass))
        .rows(confusion.rows(ofClass))
        .predicted(confusion.predictedRows(ofClass))
        .precision(confusion.precision(ofClass))
        .recall(confusion.recall(ofClass))
        .f1(confusion.f1(ofClass))
        .rocAucError(curve.rocAucError())
        .prAucError(curve.averagePrecisionError())
        .rocAuc(curve.rocAuc())
        .prAuc(curve.averagePrecision())
        .build();
  }

  ConfusionMatrix confusion() {
    ConfusionCounts counts = sums.confusion();
    List<List<Long>> matrix = new ArrayList<>();
    for (int actual = 0; actual < names.size(); actual++) {
      int row = actual;
      matrix.add(
          IntStream.range(0, names.size())
              .mapToObj(predicted -> counts.rows(row, predicted))
              .toList());
    }
    return new ConfusionMatrix(names, matrix);
  }

  /** For drawing, of the classes that have rows and leave some. */
  List<Curve> curves() {
    return judged()
        .filter(c -> curves.get(c).rocAuc().isPresent())
        .limit(MOST_CURVES)
        .flatMap(c -> curves.get(c).drawn(names.get(c)).stream())
        .toList();
  }

  Optional<PositiveClass> positive() {
    return positive.isEmpty()
        ? Optional.empty()
        : new PositiveClassSummary(curves.get(positive.getAsInt()))
            .of(names.get(positive.getAsInt()));
  }

  /**
   * Of two classes that of the positive one; of more that of the predicted class, then that of the
   * positive one where one is named. Empty where scores are not probabilities.
   */
  List<Calibration> calibration() {
    List<Calibration> all = new ArrayList<>();
    if (!judgedByOne()) {
      sums.confidence()
          .ifPresent(s -> all.add(CalibrationSummary.of(Calibration.PREDICTED_CLASS, s)));
    }
    sums.positive()
        .ifPresent(s -> all.add(CalibrationSummary.of(names.get(positive.orElseThrow()), s)));
    return all;
  }

  private boolean judgedByOne() {
    return names.size() == 2 && positive.isPresent();
  }

  /** Of two classes the positive one, else all. */
  private Stream<Integer> judged() {
    return judgedByOne()
        ? Stream.of(positive.getAsInt())
        : IntStream.range(0, names.size()).boxed();
  }

  private Optional<Double> mean(Function<ScoreCurve, Optional<Double>> area) {
    return ScoreSummary.mean(judged().flatMap(c -> area.apply(curves.get(c)).stream()).toList());
  }
}
