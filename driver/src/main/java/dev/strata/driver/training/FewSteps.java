package dev.strata.driver.training;

import dev.strata.executor.failure.Counted;
import dev.strata.executor.round.EpochPlan;
import java.util.Optional;

/**
 * Warns of a training whose minibatches are so few that new weights hardly learn: each worker takes
 * one step per minibatch, and averaging the workers makes no more of them. With few rows and the
 * default batch size and epochs that happens unnoticed, as the run itself finishes as usual.
 */
public final class FewSteps {
  /**
   * Steps per worker from which on nothing is said. Measured with Adam at its default rate and 100
   * labels (docs/results.md).
   */
  public static final int FEWEST = 40;

  private FewSteps() {}

  /**
   * A sentence without its full stop; empty where there are enough steps, or no rows.
   *
   * @param plan of an epoch
   */
  public static Optional<String> notice(TrainingSettings training, EpochPlan plan) {
    long steps = plan.longest() * training.epochs();
    if (steps == 0 || steps >= FEWEST) {
      return Optional.empty();
    }
    return Optional.of(
        "each worker takes only %s in all (training.epochs = %d), too few for new weights to learn; raise training.epochs to %d%s"
            .formatted(
                Counted.of(steps, "step"),
                training.epochs(),
                (FEWEST + plan.longest() - 1) / plan.longest(),
                smallerBatch(training, plan)));
  }

  /** With as many epochs: the largest minibatch that gives enough steps, if there is one. */
  private static String smallerBatch(TrainingSettings training, EpochPlan plan) {
    long rows = plan.workerRows().stream().mapToLong(Long::longValue).max().orElse(0);
    long passes = (long) training.epochs() * plan.passes();
    // above 1, as one minibatch a pass is too few
    long needed = (FEWEST + passes - 1) / passes;
    long batch = (rows - 1) / (needed - 1);
    if (batch < 1) {
      return "";
    }
    return training.globalBatchSize().isPresent()
        ? " or lower training.global-batch-size to " + batch * plan.workers()
        : " or lower training.batch-size to " + batch;
  }
}
