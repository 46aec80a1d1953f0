package dev.strata.executor.round;

import java.io.Serializable;
import java.util.Optional;

/**
 * One worker's part of a round.
 *
 * @param worker its number, below the plan's number of workers
 * @param stateAfter the round after which the worker's own state is as this round needs it; {@link
 *     #BEGINNING} before its first round; {@link #NO_STATE} where it keeps nothing, so that any
 *     resident learner serves
 * @param sent the worker's own state, where it is sent along because no resident learner has it
 */
public record RoundTask(int worker, long stateAfter, WorkerState sent) implements Serializable {
  public static final long BEGINNING = -1;
  public static final long NO_STATE = -2;

  /** The worker's own state, if it came along. */
  public Optional<WorkerState> sentState() {
    return Optional.ofNullable(sent);
  }

  boolean needsState() {
    return stateAfter >= 0;
  }
}
