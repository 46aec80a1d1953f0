package dev.strata.driver.averaging;

/**
 * The section {@code averaging} of the configuration.
 *
 * @param every minibatches of each worker in a round; at least 1
 * @param optimizerState handling of the optimizer state after a round
 * @param reducer how the workers' states reach the driver
 * @param driverLimitBytes maximum size of parameters and optimizer state on the driver, in bytes
 * @param outer the outer optimizer
 */
public record AveragingSettings(
    int every,
    OptimizerState optimizerState,
    ReducerKind reducer,
    long driverLimitBytes,
    OuterSettings outer) {
  /** Without an outer step. */
  public AveragingSettings(
      int every, OptimizerState optimizerState, ReducerKind reducer, long driverLimitBytes) {
    this(every, optimizerState, reducer, driverLimitBytes, OuterSettings.NONE);
  }

  /** Handling of the optimizer state after a round. */
  public enum OptimizerState {
    /** Averaged like the parameters. */
    AVERAGE,
    /** Each worker keeps its own. */
    KEEP
  }

  /** Ways in which the workers' states reach the driver. */
  public enum ReducerKind {
    /** By the size of the model. */
    AUTO,
    /** Each worker's whole state is collected by the driver. */
    COLLECT
  }
}
