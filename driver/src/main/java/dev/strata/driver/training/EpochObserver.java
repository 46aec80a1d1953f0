package dev.strata.driver.training;

import dev.strata.executor.round.StateVector;
import java.util.Optional;

/** Looks at the parameters after each epoch of a phase. */
@FunctionalInterface
public interface EpochObserver {
  /**
   * Looks at a model.
   *
   * @param epoch number of epochs that are finished, at least 1
   * @param parameters averaged parameters, not to be changed
   * @return a line for the user; empty: nothing to report
   */
  Optional<String> after(int epoch, StateVector parameters);
}
