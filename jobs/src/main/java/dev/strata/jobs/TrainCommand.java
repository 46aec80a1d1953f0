package dev.strata.jobs;

import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.TrainJob;
import dev.strata.driver.run.RunResult;

/** {@code strata train}. */
final class TrainCommand extends RunCommand {
  TrainCommand() {
    super(
        new TrainJob(),
        "Trains a network on labelled rows and saves the model; resumes an unfinished run.");
  }

  @Override
  void print(RunResult result, JobContext context) {
    Metrics.printTrained("Trained", result, context);
  }
}
