package dev.strata.driver.trial;

import dev.strata.executor.trial.TrialScore;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores of which each is half itself and a quarter each of its neighbours, the epoch before and
 * the one after; the first and the last are their own neighbours where they have none.
 *
 * <p>From one epoch to the next, the scores of a network vary by chance, more so with few rows and
 * high learning rates. A training that is to be repeated for the best number of epochs meets
 * another chance: the least of the scores as they are promises too little loss, and prefers trials
 * that vary much. The mean takes away two fifths of the standard deviation of independent
 * variations.
 */
public final class SmoothedScores {
  private SmoothedScores() {}

  /**
   * The scores with their epochs. A training that diverged ends with the last finite score.
   *
   * @param all scores of one training, in order
   */
  public static List<TrialScore> of(List<TrialScore> all) {
    List<TrialScore> scores =
        all.stream().takeWhile(score -> Double.isFinite(score.loss())).toList();
    List<TrialScore> smoothed = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      TrialScore before = scores.get(Math.max(0, i - 1));
      TrialScore own = scores.get(i);
      TrialScore after = scores.get(Math.min(scores.size() - 1, i + 1));
      smoothed.add(
          new TrialScore(
              own.epoch(),
              0.5 * own.loss() + 0.25 * (before.loss() + after.loss()),
              0.5 * own.error() + 0.25 * (before.error() + after.error())));
    }
    return smoothed;
  }
}
