package dev.strata.driver.job;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.run.RunResultBuilder;
import dev.strata.driver.training.TrainingOutcome;
import java.util.List;
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
    return RunResultBuilder.builder()
        .job(run.context().command())
        .status(RunResult.FINISHED)
        .metrics(metrics)
        .examplesSeen(outcome.examples())
        .epochs(outcome.epochs())
        .rounds(outcome.rounds())
        .workers(run.settings().training().workers())
        .parameters(model.parameters().length())
        .trainSeconds(outcome.trainSeconds())
        .wallSeconds((System.nanoTime() - begun) / 1e9)
        .examplesPerSecond(
            outcome.trainSeconds() > 0 ? outcome.examples() / outcome.trainSeconds() : 0)
        .modelPath(run.folder().model().toString())
        .modelSha256(sha256)
        .seed(run.settings().seed())
        .resumedFromRound(
            outcome.resumedFromRound().isPresent() ? outcome.resumedFromRound().getAsLong() : null)
        .positiveClass(null)
        .warnings(List.of())
        .build();
  }

  /**
   * Result of a job that uses a model as it is.
   *
   * @param begun {@code System.nanoTime()} at the start of the job
   */
  static RunResult of(
      ManagedRun run, ModelBundle bundle, Map<String, Map<String, Double>> metrics, long begun) {
    return RunResultBuilder.builder()
        .job(run.context().command())
        .status(RunResult.FINISHED)
        .metrics(metrics)
        .examplesSeen(null)
        .epochs(null)
        .rounds(null)
        .workers(run.settings().training().workers())
        .parameters(bundle.model().parameters().length())
        .trainSeconds(null)
        .wallSeconds((System.nanoTime() - begun) / 1e9)
        .examplesPerSecond(null)
        .modelPath(bundle.folder())
        .modelSha256(bundle.model().sha256())
        .seed(run.settings().seed())
        .resumedFromRound(null)
        .positiveClass(null)
        .warnings(List.of())
        .build();
  }
}
