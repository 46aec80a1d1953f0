package dev.strata.jobs;

import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.PretrainJob;
import dev.strata.driver.run.RunResult;

/** {@code strata pretrain}. */
final class PretrainCommand extends RunCommand {
  PretrainCommand() {
    super(
        new PretrainJob(),
        "Trains layers one after the other on unlabelled rows; resumes an unfinished run.");
  }

  @Override
  void print(RunResult result, JobContext context) {
    Metrics.printTrained("Pretrained", " over all layers", result, context);
  }
}
