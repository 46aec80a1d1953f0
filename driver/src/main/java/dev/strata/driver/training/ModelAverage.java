package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.PolyakSettings;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.round.StateVector;

/** Makes the Polyak average the model of a run, where one is asked for. */
final class ModelAverage {
  /** After these, with the default decay of 0.9, half a percent of other statistics is left. */
  private static final int MINIBATCHES = 50;

  private final PolyakSettings settings;
  private final PolyakAverage average;
  private final boolean hasStatistics;
  private final AveragingTrainer trainer;
  private final AveragingPhase phase;

  /**
   * @param phase whose rows give the running statistics of the average
   */
  ModelAverage(
      PolyakSettings settings,
      ParameterLayout layout,
      AveragingTrainer trainer,
      AveragingPhase phase) {
    this.settings = settings;
    this.average = new PolyakAverage(settings, layout);
    this.hasStatistics = !layout.statistics().isEmpty();
    this.trainer = trainer;
    this.phase = phase;
  }

  /** The run after a round. */
  RunState after(RunState before, TrainingState arrived) {
    RunState now = before.with(arrived, before.best(), false);
    if (settings.type() == PolyakSettings.Type.NONE
        || before.training().epoch() < settings.start()) {
      return now;
    }
    long count = before.averaged().orElse(0L);
    StateVector model = average.after(before.training().model(), count, arrived.model());
    return now.with(model, count + 1);
  }

  /** The run, its model with running statistics of its own: for validation and saving. */
  RunState usable(RunState run) {
    long count = run.averaged().orElse(0L);
    if (!hasStatistics || count < 2) {
      return run;
    }
    TrainingState now = run.training();
    StateVector model =
        trainer.statistics(phase, now.model(), Math.max(0, now.epoch() - 1), MINIBATCHES);
    return run.with(model, count);
  }
}
