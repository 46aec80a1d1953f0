package dev.strata.jobs;

import dev.strata.driver.job.AuxiliaryJob;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.run.RunResult;

/** {@code strata pretrain-auxiliary}. */
final class PretrainAuxiliaryCommand extends RunCommand {
  PretrainAuxiliaryCommand() {
    super(
        new AuxiliaryJob(),
        "Trains a network on unlabelled rows with an auxiliary task, for fine-tune.");
  }

  @Override
  void print(RunResult result, JobContext context) {
    Metrics.printTrained("Pretrained", result, context);
  }
}
