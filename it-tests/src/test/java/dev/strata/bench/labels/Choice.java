package dev.strata.bench.labels;

import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.util.List;

/**
 * What cross-validation chooses: the recipe and the number of epochs of the lowest error, of equal
 * ones that of the lowest loss. Both are means over the folds, and over a point of the curve and
 * its neighbours: twenty held-out rows of a hundred are too few to tell one epoch from the next.
 */
public record Choice(Recipe recipe, int epochs, double error, double loss) {
  /**
   * @param folds one trial each
   */
  public record Candidate(Recipe recipe, List<TrialResult> folds) {}

  static Choice best(List<Candidate> candidates) {
    Choice best = null;
    for (Candidate candidate : candidates) {
      // A curve that ends early diverged: what it lacks is out of the question.
      int points = candidate.folds().stream().mapToInt(f -> f.curve().size()).min().orElseThrow();
      for (int point = 0; point < points; point++) {
        Choice choice = at(candidate, point, points);
        if (best == null || choice.isBetterThan(best)) {
          best = choice;
        }
      }
    }
    return best;
  }

  private static Choice at(Candidate candidate, int point, int points) {
    double error = 0;
    double loss = 0;
    int count = 0;
    for (TrialResult fold : candidate.folds()) {
      for (int i = Math.max(0, point - 1); i <= Math.min(points - 1, point + 1); i++) {
        TrialScore score = fold.curve().get(i);
        error += score.error();
        loss += score.loss();
        count++;
      }
    }
    int epochs = candidate.folds().get(0).curve().get(point).epoch();
    return new Choice(candidate.recipe(), epochs, error / count, loss / count);
  }

  private boolean isBetterThan(Choice other) {
    // Sums of the same errors in another order are equal.
    double difference = error - other.error;
    return Math.abs(difference) > 1e-9 ? difference < 0 : loss < other.loss;
  }
}
