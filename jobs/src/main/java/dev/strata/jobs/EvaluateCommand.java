package dev.strata.jobs;

import dev.strata.driver.job.EvaluateJob;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.run.RunResult;

/** {@code strata evaluate}. */
public final class EvaluateCommand extends RunCommand {
  EvaluateCommand() {
    super(new EvaluateJob(), "Measures a saved model on labelled rows.");
  }

  @Override
  void print(RunResult result, JobContext context) {
    context.out().println("Evaluated " + result.modelPath());
    Metrics.print(result, context);
  }
}
