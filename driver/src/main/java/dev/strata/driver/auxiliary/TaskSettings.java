package dev.strata.driver.auxiliary;

import dev.strata.executor.corruption.CorruptionSpec;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code task} of the configuration.
 *
 * @param type absent where no task is configured
 * @param badPerGood bad copies of each good row, at least 1; of good-or-bad and max-margin
 * @param margin above 0; of max-margin
 * @param corruption what makes a copy bad, in order; of good-or-bad and max-margin
 * @param augmentation what leaves a row's meaning as it is, in order; of same-or-different
 */
public record TaskSettings(
    Optional<TaskType> type,
    int badPerGood,
    double margin,
    List<CorruptionSpec> corruption,
    List<CorruptionSpec> augmentation) {
  public TaskSettings {
    corruption = List.copyOf(corruption);
    augmentation = List.copyOf(augmentation);
  }
}
