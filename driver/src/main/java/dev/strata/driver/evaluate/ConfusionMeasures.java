package dev.strata.driver.evaluate;

import dev.strata.executor.metric.ConfusionCounts;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures of predicted classes. Definitions are those of scikit-learn 1.7 ({@code zero_division =
 * 0}); means over classes take the classes that have rows, as {@code labels = unique(y_true)} does.
 */
final class ConfusionMeasures {
  private final int classes;
  private final long[] rows;
  private final long[] predictedRows;
  private final double[] actual;
  private final double[] predicted;
  private final double[] right;
  private final double all;
  private final double allRight;

  ConfusionMeasures(ConfusionCounts counts) {
    this.classes = counts.classes();
    this.rows = new long[classes];
    this.predictedRows = new long[classes];
    this.actual = new double[classes];
    this.predicted = new double[classes];
    this.right = new double[classes];
    for (int a = 0; a < classes; a++) {
      for (int p = 0; p < classes; p++) {
        double weight = counts.weight(a, p);
        rows[a] += counts.rows(a, p);
        predictedRows[p] += counts.rows(a, p);
        actual[a] += weight;
        predicted[p] += weight;
        right[a] += a == p ? weight : 0;
      }
    }
    this.all = IntStream.range(0, classes).mapToDouble(c -> actual[c]).sum();
    this.allRight = IntStream.range(0, classes).mapToDouble(c -> right[c]).sum();
  }

  /** Rows of the class. */
  long rows(int ofClass) {
    return rows[ofClass];
  }

  /** Rows that were taken for the class. */
  long predictedRows(int ofClass) {
    return predictedRows[ofClass];
  }

  /** Weight of the rows of the class: their number, where none has a weight. */
  double weight(int ofClass) {
    return actual[ofClass];
  }

  /** Weight of all rows. */
  double weight() {
    return all;
  }

  double accuracy() {
    return share(allRight, all);
  }

  double precision(int ofClass) {
    return share(right[ofClass], predicted[ofClass]);
  }

  double recall(int ofClass) {
    return share(right[ofClass], actual[ofClass]);
  }

  double f1(int ofClass) {
    return share(2 * right[ofClass], actual[ofClass] + predicted[ofClass]);
  }

  /** Mean over the classes that have rows. */
  double macro(IntToDoubleFunction measure) {
    return IntStream.range(0, classes)
        .filter(c -> rows[c] > 0)
        .mapToDouble(measure)
        .average()
        .orElse(0);
  }

  /** Mean over the classes, by the weight of their rows. */
  double weighted(IntToDoubleFunction measure) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += actual[c] * measure.applyAsDouble(c);
    }
    return share(sum, all);
  }

  /** Mean recall of the classes whose rows have a weight. */
  double balancedAccuracy() {
    return IntStream.range(0, classes)
        .filter(c -> actual[c] > 0)
        .mapToDouble(this::recall)
        .average()
        .orElse(0);
  }

  /** Gorodkin's R_K (2004), of two classes Matthews' correlation (1975); 0 where undefined. */
  double matthews() {
    double agreeing = 0;
    double actualSquares = 0;
    double predictedSquares = 0;
    for (int c = 0; c < classes; c++) {
      agreeing += actual[c] * predicted[c];
      actualSquares += actual[c] * actual[c];
      predictedSquares += predicted[c] * predicted[c];
    }
    double product = (all * all - actualSquares) * (all * all - predictedSquares);
    return product > 0 ? (allRight * all - agreeing) / Math.sqrt(product) : 0;
  }

  /** Cohen's κ (1960); empty where all rows are of one class and taken for it. */
  Optional<Double> kappa() {
    double chance = 0;
    for (int c = 0; c < classes; c++) {
      chance += actual[c] * predicted[c] / all;
    }
    return all > chance ? Optional.of(1 - (all - allRight) / (all - chance)) : Optional.empty();
  }

  private static double share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
  }
}
