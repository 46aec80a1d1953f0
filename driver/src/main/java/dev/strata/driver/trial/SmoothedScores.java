package dev.strata.driver.trial;

import dev.strata.executor.trial.TrialScore;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores of which each is the mean over itself and its neighbours, the epoch before and the one
 * after, as far as there are any.
 *
 * <p>From one epoch to the next, the scores of a network vary by chance, more so with few rows and
 * high learning rates. A training that is to be repeated for the best number of epochs meets
 * another chance: the least of the scores as they are promises too little loss, and prefers trials
 * that vary much.
 */
public final class SmoothedScores {
  private SmoothedScores() {}

  /**
   * The scores with their epochs.
   *
   * @param scores of one training, in order
   */
  public static List<TrialScore> of(List<TrialScore> scores) {
    List<TrialScore> smoothed = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      List<TrialScore> near = scores.subList(Math.max(0, i - 1), Math.min(scores.size(), i + 2));
      smoothed.add(
          new TrialScore(
              scores.get(i).epoch(),
              near.stream().mapToDouble(TrialScore::loss).average().orElseThrow(),
              near.stream().mapToDouble(TrialScore::error).average().orElseThrow()));
    }
    return smoothed;
  }
}
