package dev.strata.driver.configuration;

import java.util.Optional;

/**
 * The section {@code init}: what training starts from.
 *
 * @param from folder of a finished run or of a bundle, or a name in the zoo
 * @param optimizerState whether the optimiser's state and the iteration are taken along
 */
public record InitSettings(Optional<String> from, OptimizerState optimizerState) {
  /** Whether the optimiser's state and the iteration are taken along. */
  public enum OptimizerState {
    CONTINUE,
    ZERO
  }
}
