package dev.strata.executor.step;

/** What is done to weights and gradients around one update of a network. */
interface StepPart {
  /** Before the network computes anything. */
  default void begin() {}

  /**
   * When the gradient is complete, before the network's own updater divides it by the rows.
   *
   * @param rows that the gradient is the sum of; 1 where it is a mean already
   */
  default void gradient(int rows) {}

  /** When the parameters have moved. */
  default void end() {}
}
