package dev.strata.executor.round;

import dev.strata.executor.device.Device;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;

/**
 * Result of a worker's part of a round.
 *
 * @param worker its number
 * @param stateMissing the worker's own state was neither resident nor sent along: nothing was done
 * @param rows examples seen: its weight in the average; 0 where it had none
 * @param steps minibatches
 * @param lossSum sum over the minibatches, in order, of loss × rows
 * @param parameters P elements; empty where rows is 0
 * @param optimizerState S elements; empty where rows is 0 or each worker keeps its own
 * @param state what this worker keeps
 * @param place host and executor, as Spark names a preferred location; empty for a local master
 * @param device which the task and the worker's learner hold
 * @param products library that computes float32 products where the worker ran ({@link
 *     dev.strata.executor.device.Blas#library})
 * @param setupNanos time to find or make the learner and to load the state
 * @param trainNanos time of the steps
 */
@RecordBuilder
public record WorkerResult(
    int worker,
    boolean stateMissing,
    long rows,
    int steps,
    double lossSum,
    StateVector parameters,
    StateVector optimizerState,
    WorkerState state,
    String place,
    Device device,
    String products,
    long setupNanos,
    long trainNanos)
    implements Serializable {

  static WorkerResult stateMissing(int worker, String place, Device device) {
    StateVector none = StateVector.zeros(0);
    return WorkerResultBuilder.builder()
        .worker(worker)
        .stateMissing(true)
        .rows(0)
        .steps(0)
        .lossSum(0)
        .parameters(none)
        .optimizerState(none)
        .state(WorkerState.NONE)
        .place(place)
        .device(device)
        .products("")
        .setupNanos(0)
        .trainNanos(0)
        .build();
  }
}
