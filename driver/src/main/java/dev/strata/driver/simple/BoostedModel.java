package dev.strata.driver.simple;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.regression.DecisionTreeRegressionModel;

/**
 * The first trees of Spark ML's gradient boosting, as it adds them up: their weighted sum F, or, of
 * two classes, the probability 1 / (1 + e^(-2 F)) of the second one (Friedman 1999).
 *
 * @param trees all of them
 * @param weights of the trees
 * @param count how many are added up
 * @param classes 2, or 0 where labels are values
 */
record BoostedModel(DecisionTreeRegressionModel[] trees, double[] weights, int count, int classes)
    implements FittedModel {
  /** Rounds between two stages. */
  private static final int STEP = 10;

  @Override
  public double[] of(Vector row) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i] * trees[i].predict(row);
    }
    if (classes == 0) {
      return new double[] {sum};
    }
    double second = 1 / (1 + Math.exp(-2 * sum));
    return new double[] {1 - second, second};
  }

  @Override
  public List<Stage> stages() {
    return IntStream.rangeClosed(1, (trees.length + STEP - 1) / STEP)
        .map(stage -> Math.min(trees.length, stage * STEP))
        .mapToObj(rounds -> new Stage(rounds, new BoostedModel(trees, weights, rounds, classes)))
        .toList();
  }
}
