package dev.strata.driver.averaging;

/** Sees every round; validation, checkpoints, history and progress hang here. */
@FunctionalInterface
public interface RoundObserver {
  /**
   * @param state after the round
   * @param epochEnded whether the round was the last of its epoch
   * @return false to stop training here
   */
  boolean afterRound(TrainingState state, RoundOutcome outcome, boolean epochEnded);
}
