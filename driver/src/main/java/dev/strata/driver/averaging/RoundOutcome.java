package dev.strata.driver.averaging;

import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import java.util.List;

/**
 * A round after averaging.
 *
 * @param parameters weighted by rows; statistics pooled
 * @param optimizerState weighted by rows; empty where each worker keeps its own
 * @param workers what each worker that took part keeps, by worker number
 * @param rows examples seen by all workers together
 * @param lossSum sum over workers, in order, of loss × rows
 * @param times where the round's time went
 * @param traffic what it moved
 */
public record RoundOutcome(
    StateVector parameters,
    StateVector optimizerState,
    List<WorkerKept> workers,
    long rows,
    double lossSum,
    RoundTimes times,
    RoundTraffic traffic) {

  /** Mean loss of the round's examples. */
  public double loss() {
    return rows == 0 ? 0 : lossSum / rows;
  }

  /**
   * @param place where the worker ran, as Spark names a preferred location; empty for a local
   *     master
   */
  public record WorkerKept(int worker, WorkerState state, String place) {}
}
