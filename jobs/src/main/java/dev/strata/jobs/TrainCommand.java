package dev.strata.jobs;

import dev.strata.driver.run.RunResult;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.Set;

/** {@code strata train}: supervised training, from any source of rows to a saved model. */
final class TrainCommand implements Job {
  private static final Repetition REPETITION =
      Repetition.training(TrainCommand::reads, settings -> Repetition.Longer.GOES_ON);

  @Override
  public String name() {
    return "train";
  }

  @Override
  public String description() {
    return "Trains a network on labelled rows and saves the model; resumes an unfinished run.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.LABEL, Need.NETWORK);
  }

  @Override
  public boolean writes() {
    return true;
  }

  private static void reads(Inputs inputs) {
    inputs.data().network().model("init.from", inputs.settings().init().from());
  }

  @Override
  public void run(JobContext context) {
    RunResult result = OutputRun.of(context, REPETITION, run -> new Training(run).run());
    PrintStream out = context.out();
    out.printf(
        "Trained %s: %d epochs, %d rounds, %,d examples, %,.0f examples/s%n",
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
