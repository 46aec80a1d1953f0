package dev.strata.driver.averaging;

/**
 * The section {@code averaging} of the configuration.
 *
 * @param every minibatches of each worker in a round; at least 1
 * @param optimizerState handling of the optimizer state after a round
 * @param driverLimitBytes maximum size of parameters and optimizer state on the driver, in bytes
 * @param outer the outer optimizer
 * @param polyak the average over rounds
 * @param reducer where the workers' states are averaged; the bytes are the same
 */
public record AveragingSettings(
    int every,
    OptimizerState optimizerState,
    long driverLimitBytes,
    OuterSettings outer,
    PolyakSettings polyak,
    Reducer reducer) {
  /** Without an average over rounds, with the reducer that suits the size. */
  public AveragingSettings(
      int every, OptimizerState optimizerState, long driverLimitBytes, OuterSettings outer) {
    this(every, optimizerState, driverLimitBytes, outer, PolyakSettings.NONE, Reducer.AUTO);
  }

  /** Where the workers' states are averaged. */
  public enum Reducer {
    /** {@link #SLICED} where the states of all workers are large, else {@link #COLLECT}. */
    AUTO,
    /** On the driver, which gets the state of every worker. */
    COLLECT,
    /** On the executors, each a slice of the state of all workers; the driver gets the mean. */
    SLICED
  }

  /** Handling of the optimizer state after a round. */
  public enum OptimizerState {
    /** Averaged like the parameters. */
    AVERAGE,
    /** Each worker keeps its own. */
    KEEP
  }
}
