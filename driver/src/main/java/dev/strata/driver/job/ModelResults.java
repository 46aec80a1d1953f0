package dev.strata.driver.job;

import dev.strata.driver.data.PreparedData;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.pretrain.PretrainedStack;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.training.TrainingOutcome;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Results of jobs that have a model, trained or used as it is, and the provenance of new models.
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
    return new RunResult(
        run.context().command(),
        RunResult.FINISHED,
        metrics,
        work.examples(),
        work.epochs(),
        work.rounds(),
        run.settings().training().workers(),
        model.parameters().length(),
        work.seconds(),
        (System.nanoTime() - begun) / 1e9,
        work.seconds() > 0 ? work.examples() / work.seconds() : 0,
        run.folder().model().toString(),
        sha256,
        run.settings().seed(),
        work.resumedFromRound().isPresent() ? work.resumedFromRound().getAsLong() : null);
  }

  /** Provenance of a model without a parent, trained on the rows of the split {@code train}. */
  static Provenance provenance(
      ManagedRun run, PreparedData data, Map<String, Map<String, Double>> metrics) {
    return Provenance.now(
        run.context().command(),
        run.settings().seed(),
        run.settings().training().workers(),
        data.shards().get(SupervisedPhase.TRAIN).manifestSha256(),
        data.counts(),
        null,
        metrics,
        run.context().configuration().flat());
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
