package dev.strata.driver.comparison;

import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.trial.SmoothedScores;
import dev.strata.executor.trial.TrialScore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All that was tried of a method: each setting on each fold, after each number of epochs.
 *
 * @param curves setting → fold → scores in the order of epochs; a curve that diverged is shorter
 * @param choosing the same, by which settings and epochs are chosen
 * @param foldCount k: folds that the rows are cut into at a time; fold i is of repeat i / k
 * @param metric by which settings and epochs are chosen
 */
public record Tries(
    List<List<List<TrialScore>>> curves,
    List<List<List<TrialScore>>> choosing,
    int foldCount,
    SearchSettings.Metric metric) {
  public Tries {
    curves = List.copyOf(curves);
    choosing = List.copyOf(choosing);
  }

  /** Of scores that choose as they are. */
  public Tries(List<List<List<TrialScore>>> curves, int foldCount, SearchSettings.Metric metric) {
    this(curves, curves, foldCount, metric);
  }

  /**
   * Chosen by scores that are smoothed over the epochs: the best single epoch of a network is a dip
   * of chance, which the training on all rows will not meet again.
   */
  public Tries smoothed() {
    return new Tries(
        curves,
        curves.stream().map(folds -> folds.stream().map(SmoothedScores::of).toList()).toList(),
        foldCount,
        metric);
  }

  private static boolean isFinite(TrialScore score) {
    return Double.isFinite(score.loss());
  }

  /** A setting, and how many points of its curve the training goes. */
  public record Choice(int setting, int point) {}

  /** The setting and the epochs with the best mean over all folds. */
  public Choice best() {
    return best(IntStream.range(0, folds()).boxed().toList());
  }

  /**
   * Scores without the optimism of choosing: on each fold those of the setting and the epochs that
   * are best on the other folds of its repeat. However much was tried, none of it was chosen by the
   * fold that it is measured on.
   */
  public FoldedScores unbiased() {
    List<TrialScore> scores = new ArrayList<>();
    for (int fold = 0; fold < folds(); fold++) {
      int measured = fold;
      int first = fold / foldCount * foldCount;
      Choice choice =
          best(
              IntStream.range(first, first + foldCount)
                  .filter(f -> f != measured)
                  .boxed()
                  .toList());
      scores.add(score(curves, choice.setting(), fold, choice.point()));
    }
    return new FoldedScores(scores, foldCount);
  }

  private Choice best(List<Integer> folds) {
    Choice best = new Choice(0, 0);
    double least = Double.POSITIVE_INFINITY;
    double leastOther = Double.POSITIVE_INFINITY;
    for (int setting = 0; setting < choosing.size(); setting++) {
      int points = choosing.get(setting).stream().mapToInt(List::size).max().orElse(0);
      for (int point = 0; point < points; point++) {
        double error = 0;
        double loss = 0;
        for (int fold : folds) {
          error += score(choosing, setting, fold, point).error();
          loss += score(choosing, setting, fold, point).loss();
        }
        boolean byError = metric == SearchSettings.Metric.ERROR;
        double value = byError ? error : loss;
        double other = byError ? loss : error;
        if (value < least || (value == least && other < leastOther)) {
          best = new Choice(setting, point);
          least = value;
          leastOther = other;
        }
      }
    }
    return best;
  }

  /** Infinite where the curve had ended. */
  private static TrialScore score(
      List<List<List<TrialScore>>> all, int setting, int fold, int point) {
    List<TrialScore> curve = all.get(setting).get(fold);
    return point < curve.size() && isFinite(curve.get(point))
        ? curve.get(point)
        : new TrialScore(0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  private int folds() {
    return curves.get(0).size();
  }
}
