package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings;

/** How rounds of training go, whatever is trained. */
public record EngineSettings(
    TrainingSettings training, AveragingSettings averaging, CheckpointSettings checkpoint) {
  /** With other settings of training. */
  public EngineSettings with(TrainingSettings changed) {
    return new EngineSettings(changed, averaging, checkpoint);
  }
}
