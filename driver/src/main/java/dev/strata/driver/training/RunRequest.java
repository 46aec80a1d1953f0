package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.watch.RunWatch;

/** A piece of training to run, or to resume, as part of a run. */
public interface RunRequest {
  RunContext run();

  EngineSettings engine();

  default String job() {
    return run().job();
  }

  default String runId() {
    return run().runId();
  }

  default RunFolder folder() {
    return run().folder();
  }

  default OutputLock lock() {
    return run().lock();
  }

  default long seed() {
    return run().seed();
  }

  default boolean resume() {
    return run().resume();
  }

  default boolean allowWorkersChange() {
    return run().allowWorkersChange();
  }

  default ProgressView progress() {
    return run().progress();
  }

  default RunWatch watch() {
    return run().watch();
  }

  default TrainingSettings training() {
    return engine().training();
  }

  default AveragingSettings averaging() {
    return engine().averaging();
  }

  default CheckpointSettings checkpoint() {
    return engine().checkpoint();
  }
}
