package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.averaging.WeightedAverage;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Makes another number of workers go on with a run: each takes the mean of the optimiser states
 * that the old ones kept; the share of the epoch that is done stays done, rounded down to a round.
 */
final class WorkersChange {
  private WorkersChange() {}

  static RunState apply(RunState state, EpochPlan plan, OptimizerState optimizerState) {
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
    // Steps, not rounds, are what both plans count alike in: N workers share the rows of an epoch.
    long rowsDone = (long) old.roundInEpoch() * plan.every() * plan.batch() * old.workers().size();
    long rowsOfRound = (long) plan.every() * plan.batch() * plan.workers();
    int roundInEpoch = (int) Math.min(rowsDone / rowsOfRound, plan.roundsPerEpoch() - 1);
    TrainingState training =
        new TrainingState(
            old.epoch(),
            Math.max(0, roundInEpoch),
            old.round(),
            old.iteration(),
            old.examples(),
            old.parameters(),
            old.velocity(),
            old.optimizerState(),
            Collections.nCopies(plan.workers(), each));
    return state.with(training, state.best(), state.stopped());
  }
}
