package dev.strata.driver.simple;

import java.util.Map;

/**
 * How a model is fitted.
 *
 * @param words what differs from the kind's other settings
 * @param value of a forest the fewest rows of a leaf; of boosting the depth of the trees; of linear
 *     models the L2 penalty: the factor of half the sum of squared coefficients, which is added to
 *     the sum of the rows' losses, of values half the squared errors
 */
public record ModelSetting(ModelKind kind, String words, double value) {
  private static final int FOREST_TREES = 100;
  private static final int FOREST_DEPTH = 12;
  private static final int BOOSTING_ROUNDS = 50;
  private static final double BOOSTING_STEP = 0.1;
  private static final int LINEAR_ITERATIONS = 100;
  private static final double LINEAR_TOLERANCE = 1e-4;

  /**
   * The parameters of Spark ML's estimator, by their names.
   *
   * @param rows that the model is fitted to
   */
  Map<String, Object> parameters(int rows, long seed) {
    return switch (kind) {
      case RANDOM_FOREST ->
          Map.of(
              "numTrees", FOREST_TREES,
              "maxDepth", FOREST_DEPTH,
              "minInstancesPerNode", (int) value,
              "seed", seed);
      case GRADIENT_BOOSTING ->
          Map.of(
              "maxIter", BOOSTING_ROUNDS,
              "stepSize", BOOSTING_STEP,
              "maxDepth", (int) value,
              "seed", seed);
      // Spark ML takes the mean of the losses. The columns are scaled already. It divides the
      // penalty of values by their deviation, which is 1 in ModelFit.
      case LINEAR ->
          Map.of(
              "regParam",
              value / rows,
              "standardization",
              false,
              "maxIter",
              LINEAR_ITERATIONS,
              "tol",
              LINEAR_TOLERANCE);
    };
  }
}
