package dev.strata.driver.check;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.training.FewSteps;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.round.EpochPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What {@code check} tells of a training's rounds, where the number of rows is known. */
public final class RoundDryRun {
  private RoundDryRun() {}

  /**
   * How many rounds of how many minibatches, and a warning where they are short.
   *
   * @param rows of training; workers are taken to share them evenly
   */
  public static List<String> lines(
      AveragingSettings averaging, TrainingSettings training, long rows) {
    EpochPlan plan = plan(training, averaging.every(), rows);
    int rounds = plan.roundsPerEpoch();
    List<String> lines = new ArrayList<>();
    if (rounds == 0) {
      return lines;
    }
    lines.add(
        "about %s per epoch of at most %s, %d in total"
            .formatted(
                Counted.of(rounds, "round"),
                Counted.of(plan.steps(0), "minibatch", "minibatches"),
                (long) rounds * training.epochs()));
    warning(averaging, training, plan).ifPresent(lines::add);
    return lines;
  }

  /** A warning if new weights take too few steps; without unlabelled rows. */
  public static Optional<String> fewSteps(TrainingSettings training, long rows) {
    return FewSteps.notice(training, plan(training, 1, rows));
  }

  private static EpochPlan plan(TrainingSettings training, int every, long rows) {
    int workers = training.workers();
    long share = (rows + workers - 1) / workers;
    return new EpochPlan(Collections.nCopies(workers, share), training.workerBatch(), every);
  }

  private static Optional<String> warning(
      AveragingSettings averaging, TrainingSettings training, EpochPlan plan) {
    OuterSettings outer = averaging.outer();
    if (outer.type() == OuterSettings.Type.NONE || plan.workers() == 1) {
      return Optional.empty();
    }
    double momentum = outer.momentum(plan);
    if (momentum == 0) {
      return Optional.empty();
    }
    if (plan.longest() < (long) OuterSettings.SHORTEST_ROUND * plan.roundsPerEpoch()) {
      return Optional.of(
          ("Warning: rounds have at most %d minibatches per worker, fewer than %d: the outer step"
                  + " may overshoot; leave averaging.outer.momentum unset.")
              .formatted(plan.steps(0), OuterSettings.SHORTEST_ROUND));
    }
    long all = plan.longest() * training.epochs();
    double needed = averaging.every() / (1 - momentum);
    if (all < needed) {
      return Optional.of(
          ("Warning: training has %d minibatches per worker, too few for the outer step, whose"
                  + " momentum builds up over about %.0f (averaging.every / (1 - momentum)): lower"
                  + " averaging.every or set averaging.outer.type = none.")
              .formatted(all, needed));
    }
    return Optional.empty();
  }
}
