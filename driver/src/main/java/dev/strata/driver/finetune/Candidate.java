package dev.strata.driver.finetune;

import dev.strata.driver.trial.FoldScores;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One way to reuse a model's layers.
 *
 * @param kept how many of the model's lowest layers stand below the new ones
 * @param fresh how many of the topmost of these begin with fresh weights
 * @param frozen how many of the lowest keep their parameters
 * @param epsilon length of the change of virtual-adversarial, where the search tries several
 * @param settings that train it as usual
 */
public record Candidate(
    int kept, int fresh, int frozen, OptionalDouble epsilon, FineTuneSettings settings) {
  /** Also a file's name. */
  public String name() {
    String layers = String.format(Locale.ROOT, "layers-%d-fresh-%d-frozen-%d", kept, fresh, frozen);
    return epsilon.isPresent() ? layers + "-epsilon-" + epsilon.getAsDouble() : layers;
  }

  /** What it learns from unlabelled rows. */
  UnlabelledPlan beside(UnlabelledPlan rows) {
    return epsilon.isPresent()
        ? rows.with(rows.settings().withEpsilon(epsilon.getAsDouble()))
        : rows;
  }

  /**
   * A candidate that was trained.
   *
   * @param trained number of parameters that move
   * @param result of its trial; with folds the mean over all of their rows
   * @param score that ranks it; the mean of neighbouring epochs where folds choose the number of
   *     epochs
   * @param folds what the result is the mean of; absent without folds
   */
  public record Tried(
      Candidate candidate,
      long trained,
      TrialResult result,
      TrialScore score,
      Optional<FoldScores> folds) {
    static Tried of(Candidate candidate, long trained, TrialResult result, TrialScore score) {
      return new Tried(candidate, trained, result, score, Optional.empty());
    }

    Tried with(FoldScores scores) {
      return new Tried(candidate, trained, result, score, Optional.of(scores));
    }

    /** Of the mean error over the folds; absent without folds. */
    OptionalDouble standardError() {
      return folds.isEmpty()
          ? OptionalDouble.empty()
          : OptionalDouble.of(folds.get().standardError(score.epoch()));
    }
  }
}
