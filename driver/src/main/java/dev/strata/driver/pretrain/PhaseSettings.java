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
 * @param patience number of validations in a row without improvement after which the phase stops;
 *     0: off
 * @param metric of the held-out rows that must improve: {@code loss}, or of RBMs {@code
 *     free-energy-gap}
 * @param minDelta minimum decrease of the loss that counts as an improvement; of the gap the rise
 *     above its lowest value, in nats a row, up to which it counts as one
 */
public record PhaseSettings(
    UpdateSettings update, OptionalInt epochs, int patience, String metric, double minDelta) {
  /** The default metric of early stopping. */
  public static final String LOSS = "loss";

  /** The run's settings with this phase's own in their place. */
  public TrainingSettings apply(TrainingSettings run) {
    return TrainingSettingsBuilder.builder(run)
        .epochs(epochs.orElse(run.epochs()))
        .earlyStopping(new TrainingSettings.EarlyStopping(patience, metric, minDelta))
        .plateau(Optional.empty())
        .build();
  }
}
