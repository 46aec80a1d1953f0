package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.averaging.TrainingStateBuilder;
import dev.strata.driver.averaging.WeightedAverage;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Continues a run with another number of workers: each takes the mean of the old workers' optimizer
 * states; the finished part of the epoch stays finished, rounded down to a round.
 */
final class WorkersChange {
  private WorkersChange() {}

  /**
   * @param before how the old workers cut an epoch
   * @param plan how the new ones do
   */
  static RunState apply(
      RunState state, EpochPlan before, EpochPlan plan, OptimizerState optimizerState) {
    TrainingState old = state.training();
    WorkerState each = WorkerState.NONE;
    List<StateVector> kept =
        old.workers().stream()
            .map(WorkerState::optimizerState)
            .filter(v -> v.length() > 0)
            .toList();
    if (optimizerState == OptimizerState.KEEP && !kept.isEmpty()) {
      long[] equal = new long[kept.size()];
      Arrays.fill(equal, 1);
      each = new WorkerState(WeightedAverage.of(kept, equal), new byte[0]);
    }
    int roundInEpoch = 0;
    double done = before.firstStep(old.roundInEpoch()) / (double) before.longest();
    while (roundInEpoch + 1 < plan.roundsPerEpoch()
        && plan.firstStep(roundInEpoch + 1) <= done * plan.longest()) {
      roundInEpoch++;
    }
    TrainingState training =
        TrainingStateBuilder.builder(old)
            .roundInEpoch(roundInEpoch)
            .workers(Collections.nCopies(plan.workers(), each))
            .build();
    return state.with(training, state.best(), state.stopped());
  }
}
