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
    long members =
        result.metrics().keySet().stream().filter(part -> part.startsWith("member-")).count();
    context
        .out()
        .println(
            "Evaluated "
                + (members == 0 ? "" : "an ensemble of " + members + " models: ")
                + result.modelPath());
    Metrics.print(result, context);
  }
}
