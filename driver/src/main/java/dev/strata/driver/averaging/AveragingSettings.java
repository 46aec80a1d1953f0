package dev.strata.driver.averaging;

/**
 * The section {@code averaging} of the configuration.
 *
 * @param every minibatches of each worker in a round; at least 1
 * @param optimizerState what happens to the optimiser's state after a round
 * @param reducer how the workers' states reach the driver
 * @param driverLimitBytes largest parameters and optimiser state that the driver takes
 * @param outer what is made of the workers' mean
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

  /** What happens to the optimiser's state after a round. */
  public enum OptimizerState {
    /** Averaged like the parameters. */
    AVERAGE,
    /** Each worker keeps its own. */
    KEEP
  }

  /** How the workers' states reach the driver. */
  public enum ReducerKind {
    /** By the size of the model. */
    AUTO,
    /** Each worker's whole state is collected by the driver. */
    COLLECT
  }
}
