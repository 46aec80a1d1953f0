package dev.strata.driver.averaging;

import dev.strata.executor.round.RoundTask;
import dev.strata.executor.round.WorkerState;

/**
 * A worker's part of a round as the driver sees it.
 *
 * @param task what it does, without its own state
 * @param state its own state, sent only where no resident learner has it
 * @param place where it ran last, as Spark names a preferred location; empty where there is none
 */
record WorkerTurn(RoundTask task, WorkerState state, String place) {
  /** The task with its worker's own state, where it has one. */
  RoundTask withState() {
    return state.isEmpty() ? task : new RoundTask(task.worker(), task.stateAfter(), state);
  }
}
