package dev.strata.driver.evaluate;

import java.util.Optional;

/**
 * The section {@code evaluation.importance} of the configuration.
 *
 * @param repeats permutations of each column; 0: importance is not measured
 * @param metric that falls; absent: that of {@code training.early-stopping.metric}
 */
public record ImportanceSettings(int repeats, Optional<String> metric) {
  /** Importance is not measured. */
  public static final ImportanceSettings NONE = new ImportanceSettings(0, Optional.empty());
}
