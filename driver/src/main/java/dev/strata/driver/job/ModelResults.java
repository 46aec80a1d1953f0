package dev.strata.driver.job;

import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.pretrain.PretrainedStack;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.run.RunResultBuilder;
import dev.strata.driver.training.TrainingOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Results of jobs, with a model, trained or used as it is, or without one, and the provenance of
 * new models.
 */
final class ModelResults {
  private ModelResults() {}

  /** What training did, over all its phases and attempts. */
  private record Work(
      long examples, int epochs, long rounds, double seconds, OptionalLong resumedFromRound) {}

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
    Work work =
        new Work(
            outcome.examples(),
            outcome.epochs(),
            outcome.rounds(),
            outcome.trainSeconds(),
            outcome.resumedFromRound());
    return trained(run, model, work, metrics, sha256, begun);
  }

  /** As above, of a job that trained layer by layer: all layers count. */
  static RunResult trained(
      ManagedRun run,
      TrainedModel model,
      PretrainedStack stack,
      Map<String, Map<String, Double>> metrics,
      String sha256,
      long begun) {
    Work work =
        new Work(
            stack.examples(),
            stack.epochs(),
            stack.rounds(),
            stack.trainSeconds(),
            stack.resumedFromRound());
    return trained(run, model, work, metrics, sha256, begun);
  }

  private static RunResult trained(
      ManagedRun run,
      TrainedModel model,
      Work work,
      Map<String, Map<String, Double>> metrics,
      String sha256,
      long begun) {
    RunResult used =
        used(
            run,
            run.folder().model().toString(),
            sha256,
            model.parameters().length(),
            metrics,
            begun);
    return RunResultBuilder.builder(used)
        .examplesSeen(work.examples())
        .epochs(work.epochs())
        .rounds(work.rounds())
        .trainSeconds(work.seconds())
        .examplesPerSecond(work.seconds() > 0 ? work.examples() / work.seconds() : 0)
        .resumedFromRound(
            work.resumedFromRound().isPresent() ? work.resumedFromRound().getAsLong() : null)
        .build();
  }

  /** Provenance of a model without a parent, trained on the rows of the split {@code train}. */
  static Provenance provenance(
      ManagedRun run, PreparedData data, Map<String, Map<String, Double>> metrics) {
    return provenance(run, data, Optional.empty(), metrics);
  }

  /**
   * As above.
   *
   * @param parentSha256 of the model that training started from; empty where it began afresh
   */
  static Provenance provenance(
      ManagedRun run,
      PreparedData data,
      Optional<String> parentSha256,
      Map<String, Map<String, Double>> metrics) {
    return Provenance.now(
        run.context().command(),
        run.settings().seed(),
        run.settings().training().workers(),
        data.shards().get(SupervisedPhase.TRAIN).manifestSha256(),
        data.counts(),
        parentSha256.orElse(null),
        metrics,
        run.context().configuration().flat());
  }

  /**
   * Result of a job that uses models as they are.
   *
   * @param begun {@code System.nanoTime()} at the start of the job
   */
  static RunResult of(
      ManagedRun run, ModelEnsemble models, Map<String, Map<String, Double>> metrics, long begun) {
    return used(run, models.folders(), models.sha256(), models.parameters(), metrics, begun);
  }

  private static RunResult used(
      ManagedRun run,
      String path,
      String sha256,
      long parameters,
      Map<String, Map<String, Double>> metrics,
      long begun) {
    return RunResultBuilder.builder(withoutModel(run, metrics, begun))
        .parameters(parameters)
        .modelPath(path)
        .modelSha256(sha256)
        .build();
  }

  /**
   * Result of a job that has no model.
   *
   * @param begun {@code System.nanoTime()} at the start of the job
   */
  static RunResult withoutModel(
      ManagedRun run, Map<String, Map<String, Double>> metrics, long begun) {
    return RunResultBuilder.builder()
        .job(run.context().command())
        .status(RunResult.FINISHED)
        .metrics(metrics)
        .examplesSeen(null)
        .epochs(null)
        .rounds(null)
        .workers(run.settings().training().workers())
        .parameters(null)
        .trainSeconds(null)
        .wallSeconds((System.nanoTime() - begun) / 1e9)
        .examplesPerSecond(null)
        .modelPath(null)
        .modelSha256(null)
        .seed(run.settings().seed())
        .resumedFromRound(null)
        .positiveClass(null)
        .warnings(List.of())
        .build();
  }
}
