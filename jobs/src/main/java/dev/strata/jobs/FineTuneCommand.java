package dev.strata.jobs;

import dev.strata.driver.run.RunResult;
import dev.strata.driver.transfer.SearchSettings;
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
  private static final Repetition REPETITION =
      Repetition.training(
          inputs -> inputs.data().model("model", inputs.settings().model()),
          FineTuneCommand::longer);

  @Override
  public String name() {
    return "fine-tune";
  }

  @Override
  public String description() {
    return "Trains new layers on top of a pretrained model, whose own layers may be frozen.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.LABEL, Need.MODEL, Need.TOP);
  }

  @Override
  public boolean writes() {
    return true;
  }

  @Override
  public void inspect(Settings settings, Configuration hadoop, Problems problems) {
    if (problems.isEmpty()) {
      FineTuning.inspect(settings, hadoop, problems);
    }
  }

  /** A search that trains its candidates for training.epochs could find another best one. */
  private static Repetition.Longer longer(Settings settings) {
    SearchSettings search = settings.fineTune().search();
    return search.asked() && search.epochs().isEmpty()
        ? Repetition.Longer.refused("fine-tune.search compared its candidates with training.epochs")
        : Repetition.Longer.GOES_ON;
  }

  @Override
  public void run(JobContext context) {
    RunResult result = OutputRun.of(context, REPETITION, run -> new FineTuning(run).run());
    PrintStream out = context.out();
    out.printf(
        "Fine-tuned %s: %d epochs, %d rounds, %,d examples, %,.0f examples/s%n",
        result.modelPath(),
        result.epochs(),
        result.rounds(),
        result.examplesSeen(),
        result.examplesPerSecond());
    Metrics.print(result, context);
    out.println("modelSha256 " + result.modelSha256());
    out.flush();
  }
}
