package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.executor.step.StepSettings;

/**
 * How rounds of training go, whatever is trained.
 *
 * @param step of a network that is trained with labels
 */
public record EngineSettings(
    TrainingSettings training,
    AveragingSettings averaging,
    CheckpointSettings checkpoint,
    StepSettings step) {
  /** With steps of the stock configuration. */
  public EngineSettings(
      TrainingSettings training, AveragingSettings averaging, CheckpointSettings checkpoint) {
    this(training, averaging, checkpoint, StepSettings.STOCK);
  }

  /** With other settings of training. */
  public EngineSettings with(TrainingSettings changed) {
    return new EngineSettings(changed, averaging, checkpoint, step);
  }
}
