package dev.strata.driver.tuning;

import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.trial.FoldScores;
import dev.strata.driver.trial.SmoothedScores;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A point that was trained.
 *
 * @param epochs that it was trained for
 * @param result of its trial; with folds the mean over all of their rows
 * @param score after the best number of epochs, smoothed
 * @param folds what the result is the mean of; absent without folds
 */
record Tried(
    Point point, int epochs, TrialResult result, TrialScore score, Optional<FoldScores> folds) {
  static Tried of(
      Point point,
      int epochs,
      TrialResult result,
      Optional<FoldScores> folds,
      SearchSettings.Metric metric) {
    TrialScore best =
        SmoothedScores.of(result.curve()).stream().min(metric.order()).orElseGet(result::last);
    return new Tried(point, epochs, result, best, folds);
  }

  /** Of the mean error over the folds; absent without folds. */
  OptionalDouble standardError() {
    return folds.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(folds.get().standardError(score.epoch()));
  }

  /** The smoothed scores on each fold, or on the rows held back. */
  List<List<TrialScore>> curves() {
    List<TrialResult> trials = folds.map(FoldScores::folds).orElseGet(() -> List.of(result));
    return trials.stream().map(trial -> SmoothedScores.of(trial.curve())).toList();
  }
}
