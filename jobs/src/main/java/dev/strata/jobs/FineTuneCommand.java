package dev.strata.jobs;

import dev.strata.driver.job.FineTuneJob;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.run.RunResult;

/** {@code strata fine-tune}. */
final class FineTuneCommand extends RunCommand {
  FineTuneCommand() {
    super(
        new FineTuneJob(),
        "Trains new layers on top of a pretrained model, whose own layers may be frozen.");
  }

  @Override
  void print(RunResult result, JobContext context) {
    Metrics.printTrained("Fine-tuned", result, context);
  }
}
