package dev.strata.executor.round;

import java.io.Serializable;

/**
 * Local state of one worker between rounds, which is never averaged.
 *
 * @param optimizerState the optimiser's state where each worker keeps its own, else empty
 * @param learnerState what the learner calls its local state
 */
public record WorkerState(StateVector optimizerState, byte[] learnerState) implements Serializable {
  /** What a worker starts a phase with. */
  public static final WorkerState NONE = new WorkerState(StateVector.zeros(0), new byte[0]);

  public boolean isEmpty() {
    return optimizerState.length() == 0 && learnerState.length == 0;
  }
}
