package dev.strata.jobs;

import dev.strata.driver.job.CompareJob;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.run.RunResult;

/** {@code strata compare}. */
final class CompareCommand extends RunCommand {
  CompareCommand() {
    super(
        new CompareJob(),
        "Tries methods on labelled rows, with and without pretraining, and says which to use.");
  }

  /** The job prints its table. */
  @Override
  void print(RunResult result, JobContext context) {}
}
