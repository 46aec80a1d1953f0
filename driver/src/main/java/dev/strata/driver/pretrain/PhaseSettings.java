package dev.strata.driver.pretrain;

import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.TrainingSettingsBuilder;
import dev.strata.executor.learner.UpdateSettings;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Settings of one phase of pretraining: the keys that a layer and the unrolled stack have in
 * common.
 *
 * @param update the updater
 * @param epochs passes over the rows; absent: {@code training.epochs}
 * @param patience number of validations without a better held-out loss after which the phase stops;
 *     0: off
 * @param minDelta minimum decrease of that loss that counts as better
 */
public record PhaseSettings(
    UpdateSettings update, OptionalInt epochs, int patience, double minDelta) {

  /** The run's settings with this phase's own in their place. */
  public TrainingSettings apply(TrainingSettings run) {
    return TrainingSettingsBuilder.builder(run)
        .epochs(epochs.orElse(run.epochs()))
        .earlyStopping(new TrainingSettings.EarlyStopping(patience, "loss", minDelta))
        .plateau(Optional.empty())
        .build();
  }
}
