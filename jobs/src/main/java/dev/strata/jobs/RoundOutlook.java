package dev.strata.jobs;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.round.EpochPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What {@code check} tells of a training's rounds, where the number of rows is known. */
final class RoundOutlook {
  private RoundOutlook() {}

  /**
   * How many rounds of how many minibatches, and a warning where they are short.
   *
   * @param rows of training; workers are taken to share them evenly
   */
  static List<String> lines(AveragingSettings averaging, TrainingSettings training, long rows) {
    int workers = training.workers();
    long share = (rows + workers - 1) / workers;
    EpochPlan plan =
        new EpochPlan(
            Collections.nCopies(workers, share), training.workerBatch(), averaging.every());
    int rounds = plan.roundsPerEpoch();
    List<String> lines = new ArrayList<>();
    if (rounds == 0) {
      return lines;
    }
    lines.add(
        "about %d rounds an epoch of at most %d minibatches, %d in all"
            .formatted(rounds, plan.steps(0), (long) rounds * training.epochs()));
    double momentum = averaging.outer().momentum(workers);
    if (averaging.outer().type() == OuterSettings.Type.NONE || momentum == 0) {
      return lines;
    }
    long all = plan.longest() * training.epochs();
    double needed = averaging.every() / (1 - momentum);
    if (all < needed) {
      lines.add(
          ("Warning: training has %d minibatches a worker, too few for the momentum of the outer"
                  + " step, which builds up over about %.0f (averaging.every / (1 - momentum)):"
                  + " lower averaging.every or set averaging.outer.type = none.")
              .formatted(all, needed));
    } else if (plan.share(0) < 0.5) {
      lines.add(
          ("Warning: an epoch has %d minibatches a worker, and averaging.every is %d: rounds are"
                  + " short, and the outer step may not gain. Lower training.workers or"
                  + " training.batch-size, or set averaging.outer.type = none.")
              .formatted(plan.longest(), averaging.every()));
    }
    return lines;
  }
}
