package dev.strata.driver.averaging;

/**
 * The section {@code averaging} of the configuration.
 *
 * @param every minibatches of each worker in a round; at least 1
 * @param optimizerState what happens to the optimiser's state after a round
 * @param reducer how the workers' states reach the driver
 * @param driverLimitBytes largest parameters and optimiser state that the driver takes
 */
public record AveragingSettings(
    int every, OptimizerState optimizerState, ReducerKind reducer, long driverLimitBytes) {

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
