package dev.strata.jobs;

import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.TuneJob;
import dev.strata.driver.run.RunResult;

/** {@code strata tune}. */
final class TuneCommand extends RunCommand {
  TuneCommand() {
    super(
        new TuneJob(),
        "Searches values of keys such as learning rate and width; writes the best configuration.");
  }

  /** The job prints its table. */
  @Override
  void print(RunResult result, JobContext context) {}
}
