package dev.strata.driver.job;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.training.TrainingOutcome;
import java.util.Map;

/** Results of jobs that have a model: one they trained, or one they use as it is. */
final class ModelResults {
  private ModelResults() {}

  /**
   * Result of a job that trained a network.
   *
   * @param sha256 of the model that the run has written
   * @param begun {@code System.nanoTime()} at the start of the job
   */
  static RunResult trained(
      ManagedRun run,
      TrainedModel model,
      TrainingOutcome outcome,
      Map<String, Map<String, Double>> metrics,
      String sha256,
      long begun) {
    return new RunResult(
        run.context().command(),
        RunResult.FINISHED,
        metrics,
        outcome.examples(),
        outcome.epochs(),
        outcome.rounds(),
        run.settings().training().workers(),
        model.parameters().length(),
        outcome.trainSeconds(),
        (System.nanoTime() - begun) / 1e9,
        outcome.trainSeconds() > 0 ? outcome.examples() / outcome.trainSeconds() : 0,
        run.folder().model().toString(),
        sha256,
        run.settings().seed(),
        outcome.resumedFromRound().isPresent() ? outcome.resumedFromRound().getAsLong() : null);
  }

  /**
   * Result of a job that uses a model as it is.
   *
   * @param begun {@code System.nanoTime()} at the start of the job
   */
  static RunResult of(
      ManagedRun run, ModelBundle bundle, Map<String, Map<String, Double>> metrics, long begun) {
    return new RunResult(
        run.context().command(),
        RunResult.FINISHED,
        metrics,
        null,
        null,
        null,
        run.settings().training().workers(),
        bundle.model().parameters().length(),
        null,
        (System.nanoTime() - begun) / 1e9,
        null,
        bundle.folder(),
        bundle.model().sha256(),
        run.settings().seed(),
        null);
  }
}
