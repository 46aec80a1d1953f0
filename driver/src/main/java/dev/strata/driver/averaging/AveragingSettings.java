package dev.strata.driver.averaging;

/**
 * The section {@code averaging} of the configuration.
 *
 * @param every minibatches of each worker in a round; at least 1
 * @param optimizerState handling of the optimizer state after a round
 * @param driverLimitBytes maximum size of parameters and optimizer state on the driver, in bytes
 * @param outer the outer optimizer
 * @param polyak the average over rounds
 */
public record AveragingSettings(
    int every,
    OptimizerState optimizerState,
    long driverLimitBytes,
    OuterSettings outer,
    PolyakSettings polyak) {
  /** Without an average over rounds. */
  public AveragingSettings(
      int every, OptimizerState optimizerState, long driverLimitBytes, OuterSettings outer) {
    this(every, optimizerState, driverLimitBytes, outer, PolyakSettings.NONE);
  }

  /** Handling of the optimizer state after a round. */
  public enum OptimizerState {
    /** Averaged like the parameters. */
    AVERAGE,
    /** Each worker keeps its own. */
    KEEP
  }
}
