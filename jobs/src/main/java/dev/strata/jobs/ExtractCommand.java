package dev.strata.jobs;

import dev.strata.driver.job.ExtractJob;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.run.RunResult;

/** {@code strata extract}. */
final class ExtractCommand extends RunCommand {
  ExtractCommand() {
    super(
        new ExtractJob(), "Writes activations of a saved model's layers for each row, as Parquet.");
  }

  @Override
  void print(RunResult result, JobContext context) {
    context.out().println("Extracted from " + result.modelPath());
  }
}
