package dev.strata.jobs;

import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.PrepareJob;
import dev.strata.driver.run.RunResult;

/** {@code strata prepare}; the notices say what it prepared. */
final class PrepareCommand extends RunCommand {
  PrepareCommand() {
    super(new PrepareJob(), "Turns the rows of data into shards that training reads.");
  }

  @Override
  void print(RunResult result, JobContext context) {}
}
