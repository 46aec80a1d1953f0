package dev.strata.driver.averaging;

import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * State of a phase between two rounds: everything that the next round depends on and a checkpoint
 * needs.
 *
 * @param epoch passes over the rows finished
 * @param roundInEpoch rounds of the present epoch finished
 * @param round rounds finished over the whole phase
 * @param iteration minibatches finished, counted over the longest worker of each round
 * @param examples rows seen, counted with repetition
 * @param parameters P elements, from which the next round starts
 * @param model P elements, which are validated and saved: the workers' mean before the outer step,
 *     which goes beyond it for the next round to come back; the same as parameters without one
 * @param velocity of the outer step, P elements; empty without one and before its first
 * @param optimizerState S elements; empty where each worker keeps its own
 * @param workers what each worker keeps, N entries
 * @param lbfgs where L-BFGS stands: then the model is its best point, the optimizer state the
 *     gradient there, and the parameters are the point to evaluate next; empty without it and
 *     before its first evaluation
 */
@RecordBuilder
public record TrainingState(
    int epoch,
    int roundInEpoch,
    long round,
    long iteration,
    long examples,
    StateVector parameters,
    StateVector model,
    StateVector velocity,
    StateVector optimizerState,
    List<WorkerState> workers,
    Optional<LbfgsState> lbfgs) {
  public TrainingState {
    workers = List.copyOf(workers);
  }

  /** Whether the optimizer itself has ended training. */
  public boolean ended() {
    return lbfgs.filter(LbfgsState::ended).isPresent();
  }

  /**
   * The start of a phase of N workers.
   *
   * @param iteration iteration at which schedules and bias correction continue; 0 with an optimizer
   *     state of zeros
   * @param optimizerState taken by all workers, kept or averaged
   */
  public static TrainingState beginning(
      long iteration,
      StateVector parameters,
      StateVector optimizerState,
      int workers,
      boolean keepOptimizerState) {
    boolean own = keepOptimizerState && optimizerState.length() > 0;
    WorkerState each = own ? new WorkerState(optimizerState, new byte[0]) : WorkerState.NONE;
    return TrainingStateBuilder.builder()
        .epoch(0)
        .roundInEpoch(0)
        .round(0)
        .iteration(iteration)
        .examples(0)
        .parameters(parameters)
        .model(parameters)
        .velocity(StateVector.zeros(0))
        .optimizerState(keepOptimizerState ? StateVector.zeros(0) : optimizerState)
        .workers(Collections.nCopies(workers, each))
        .build();
  }
}
