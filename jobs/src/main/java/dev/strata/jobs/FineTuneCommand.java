package dev.strata.jobs;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.Problems;
import dev.strata.jobs.config.ResolvedConfiguration;
import dev.strata.jobs.config.Settings;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** {@code strata fine-tune}: new layers on those of a model, trained on labelled rows. */
final class FineTuneCommand implements Job {
  @Override
  public String name() {
    return "fine-tune";
  }

  @Override
  public String description() {
    return "Puts new layers on a pretrained model and trains on labelled rows, lower layers frozen or not.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.LABEL, Need.MODEL, Need.TOP);
  }

  @Override
  public boolean writes() {
    return true;
  }

  /** A model that cannot be read is left to the run, which tells data from configuration. */
  @Override
  public void inspect(Settings settings, Configuration hadoop, Problems problems) {
    if (!problems.isEmpty()) {
      return;
    }
    try {
      String model = settings.model().orElseThrow();
      FineTuning.check(BundleReader.open(hadoop, model, FineTuning.MODEL_KEY), settings);
    } catch (StrataException e) {
      if (e.kind() == FailureKind.CONFIGURATION) {
        problems.add(e);
      }
    }
  }

  @Override
  public void run(JobContext context) {
    RunResult result = OutputRun.of(context, run -> new FineTuning(run).run());
    PrintStream out = context.out();
    out.printf(
        "Fine-tuned %s: %d epochs, %d rounds, %,d examples, %,.0f examples/s%n",
        result.modelPath(),
        result.epochs(),
        result.rounds(),
        result.examplesSeen(),
        result.examplesPerSecond());
    Metrics.print(result.metrics(), out);
    out.println("modelSha256 " + result.modelSha256());
    out.flush();
  }
}
