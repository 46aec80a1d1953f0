package dev.strata.driver.trial;

import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What the trials of a cross-validation come to, each scored on the rows that it was not trained
 * on.
 *
 * @param folds at least 2, scored after the same epochs
 * @param rows that each was scored on
 * @param repeats how often the rows were cut into folds
 * @param classes whether errors are shares of rows; else roots of mean squares
 */
public record FoldScores(
    List<TrialResult> folds, List<Integer> rows, int repeats, boolean classes) {
  public FoldScores {
    folds = List.copyOf(folds);
    rows = List.copyOf(rows);
  }

  /** The scores of each fold after this number of epochs. */
  public List<TrialScore> after(int epoch) {
    return folds.stream()
        .flatMap(fold -> fold.curve().stream().filter(score -> score.epoch() == epoch))
        .toList();
  }

  /** As if all rows had been scored by one trial; it ends where the first one diverged. */
  public TrialResult mean(String name) {
    int points = folds.stream().mapToInt(fold -> fold.curve().size()).min().orElseThrow();
    List<TrialScore> curve = new ArrayList<>();
    for (int point = 0; point < points; point++) {
      curve.add(mean(point));
    }
    return new TrialResult(
        name,
        curve,
        folds.stream().anyMatch(TrialResult::diverged),
        folds.stream().mapToDouble(TrialResult::trainSeconds).sum(),
        folds.stream().mapToDouble(TrialResult::seconds).sum(),
        folds.stream().map(TrialResult::failure).filter(Objects::nonNull).findFirst().orElse(null),
        null);
  }

  private TrialScore mean(int point) {
    double loss = 0;
    double error = 0;
    long all = 0;
    for (int i = 0; i < folds.size(); i++) {
      TrialScore score = folds.get(i).curve().get(point);
      loss += rows.get(i) * score.loss();
      error += rows.get(i) * (classes ? score.error() : score.error() * score.error());
      all += rows.get(i);
    }
    int epoch = folds.get(0).curve().get(point).epoch();
    return new TrialScore(epoch, loss / all, classes ? error / all : Math.sqrt(error / all));
  }

  /**
   * Standard error of the mean error after this number of epochs: the folds' standard deviation
   * divided by the root of k, however often the same rows were cut into k folds.
   */
  public double standardError(int epoch) {
    double[] errors = after(epoch).stream().mapToDouble(TrialScore::error).toArray();
    double mean = 0;
    for (double error : errors) {
      mean += error / errors.length;
    }
    double squares = 0;
    for (double error : errors) {
      squares += (error - mean) * (error - mean);
    }
    return Math.sqrt(squares / (errors.length - 1) / errors.length * repeats);
  }
}
