package dev.strata.driver.teacher;

import dev.strata.driver.simple.LabelledRows;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Weights of a teacher's models, none below 0, whose sum is 1: those of the least loss on rows that
 * the models have not seen (stacking: Wolpert 1992, "Stacked generalization"; with such weights:
 * Breiman 1996, "Stacked regressions").
 *
 * <p>Weights w of M models minimize Σ loss(row) + KL(w, 1/M), where KL is Σ w log(M w): the pull
 * towards equal weights is worth about one row. The loss of a class is −log p, that of a value the
 * squared error over twice its mean at equal weights, so that no unit matters. Weights are equal,
 * or multiples of 1/20; all of them are tried, and equal ones are kept where no others are better.
 */
final class ModelWeights {
  private static final int STEPS = 20;

  private final LabelledRows rows;
  private final double[][] predicted;
  private final int[] chosen;
  private final double unit;
  private double[] best;
  private double least;

  /**
   * @param predicted {@code [model][row]}: probability of the row's class, or the value
   */
  private ModelWeights(LabelledRows rows, double[][] predicted, int[] chosen) {
    this.rows = rows;
    this.predicted = predicted;
    this.chosen = chosen;
    this.best = equal(predicted.length);
    double squares = loss(best);
    this.unit = rows.classes() > 0 || squares == 0 ? 1 : chosen.length / (2 * squares);
    this.least = unit * squares;
  }

  /** The same weight for each model. */
  static double[] equal(int models) {
    double[] weights = new double[models];
    Arrays.fill(weights, 1.0 / models);
    return weights;
  }

  /**
   * The weights of the least loss.
   *
   * @param given {@code [model][row]}: what models that have not seen the row give it
   * @param chosen numbers of the rows that count
   */
  static double[] of(LabelledRows rows, double[][][] given, int[] chosen) {
    double[][] predicted =
        Arrays.stream(given)
            .map(
                model ->
                    IntStream.range(0, model.length)
                        .mapToDouble(row -> rows.own(row, model[row]))
                        .toArray())
            .toArray(double[][]::new);
    ModelWeights weights = new ModelWeights(rows, predicted, chosen);
    weights.tryAll(new int[predicted.length], 0, STEPS);
    return weights.best;
  }

  /** Tries all ways to share what is left among the models from one on. */
  private void tryAll(int[] shares, int model, int left) {
    if (model == shares.length - 1) {
      shares[model] = left;
      consider(Arrays.stream(shares).mapToDouble(share -> (double) share / STEPS).toArray());
      return;
    }
    for (int share = 0; share <= left; share++) {
      shares[model] = share;
      tryAll(shares, model + 1, left - share);
    }
  }

  private void consider(double[] weights) {
    double objective = unit * loss(weights) + divergence(weights);
    if (objective < least) {
      least = objective;
      best = weights;
    }
  }

  private double loss(double[] weights) {
    double loss = 0;
    for (int row : chosen) {
      double own = 0;
      for (int model = 0; model < weights.length; model++) {
        own += weights[model] * predicted[model][row];
      }
      loss += rows.loss(row, own);
    }
    return loss;
  }

  /** From equal weights. */
  private static double divergence(double[] weights) {
    return Arrays.stream(weights)
        .filter(weight -> weight > 0)
        .map(weight -> weight * Math.log(weights.length * weight))
        .sum();
  }
}
