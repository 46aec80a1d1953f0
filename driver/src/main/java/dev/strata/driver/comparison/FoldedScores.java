package dev.strata.driver.comparison;

import dev.strata.driver.finetune.SearchSettings;
import dev.strata.executor.trial.TrialScore;
import java.util.List;

/**
 * Scores of a cross-validation.
 *
 * @param folds scores on each fold by what was trained on the others, at least 2; of all methods on
 *     the same folds, in the same order
 * @param foldCount k: folds that the rows are cut into at a time
 */
public record FoldedScores(List<TrialScore> folds, int foldCount) {
  public FoldedScores {
    folds = List.copyOf(folds);
  }

  /** A mean over the folds, and its standard error. */
  public record Estimate(double mean, double standardError) {}

  /** Whether no score is infinite or not a number. */
  public boolean isFinite() {
    return folds.stream()
        .allMatch(score -> Double.isFinite(score.error()) && Double.isFinite(score.loss()));
  }

  /**
   * By the metric.
   *
   * @see #estimate(double[], int)
   */
  public Estimate score(SearchSettings.Metric metric) {
    return estimate(values(metric), foldCount);
  }

  /** By how much it is worse than another, paired by fold: below 0 where it is better. */
  public Estimate against(FoldedScores other, SearchSettings.Metric metric) {
    double[] differences = values(metric);
    double[] others = other.values(metric);
    for (int i = 0; i < differences.length; i++) {
      differences[i] -= others[i];
    }
    return estimate(differences, foldCount);
  }

  private double[] values(SearchSettings.Metric metric) {
    return folds.stream()
        .mapToDouble(metric == SearchSettings.Metric.ERROR ? TrialScore::error : TrialScore::loss)
        .toArray();
  }

  /**
   * The corrected variance of Nadeau and Bengio (2003, "Inference for the generalization error",
   * equation 9): of J values s² (1/J + 1/(k−1)), since the trainings share rows; the second term is
   * the number of a fold's rows over that of the rows it is not of.
   *
   * @param values of the folds
   * @param foldCount k
   */
  static Estimate estimate(double[] values, int foldCount) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double variance = squares / (values.length - 1);
    return new Estimate(mean, Math.sqrt(variance * (1.0 / values.length + 1.0 / (foldCount - 1))));
  }
}
