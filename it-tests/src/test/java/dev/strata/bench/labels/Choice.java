package dev.strata.bench.labels;

import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.util.List;

/**
 * What cross-validation chooses: the recipe and the number of epochs of the lowest error, mean over
 * folds; of equal ones that of the lowest loss.
 *
 * @param error the mean over folds
 * @param loss the mean over folds
 */
record Choice(Recipe recipe, int epochs, double error, double loss) {
  /**
   * @param folds one trial each
   */
  record Candidate(Recipe recipe, List<TrialResult> folds) {}

  static Choice best(List<Candidate> candidates) {
    Choice best = null;
    for (Candidate candidate : candidates) {
      // A curve that ends early diverged: what it lacks is out of the question.
      int points = candidate.folds().stream().mapToInt(f -> f.curve().size()).min().orElseThrow();
      for (int point = 0; point < points; point++) {
        Choice choice = at(candidate, point);
        if (best == null || choice.isBetterThan(best)) {
          best = choice;
        }
      }
    }
    return best;
  }

  private static Choice at(Candidate candidate, int point) {
    double error = 0;
    double loss = 0;
    for (TrialResult fold : candidate.folds()) {
      TrialScore score = fold.curve().get(point);
      error += score.error() / candidate.folds().size();
      loss += score.loss() / candidate.folds().size();
    }
    int epochs = candidate.folds().get(0).curve().get(point).epoch();
    return new Choice(candidate.recipe(), epochs, error, loss);
  }

  private boolean isBetterThan(Choice other) {
    // Sums of the same errors in another order are equal.
    double difference = error - other.error;
    return Math.abs(difference) > 1e-9 ? difference < 0 : loss < other.loss;
  }
}
