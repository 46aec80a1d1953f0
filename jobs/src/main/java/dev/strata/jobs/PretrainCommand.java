package dev.strata.jobs;

import dev.strata.driver.run.RunResult;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import dev.strata.jobs.config.Settings;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.Set;

/**
 * {@code strata pretrain}: layers trained one on another without labels, from any source of rows to
 * a saved encoder.
 */
final class PretrainCommand implements Job {
  private static final Repetition REPETITION =
      Repetition.training(Inputs::data, PretrainCommand::longer);

  @Override
  public String name() {
    return "pretrain";
  }

  @Override
  public String description() {
    return "Trains layers one after the other on unlabelled rows; resumes an unfinished run.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.PRETRAINING);
  }

  @Override
  public boolean writes() {
    return true;
  }

  /** The layers above a longer trained one would have to be trained again. */
  private static Repetition.Longer longer(Settings settings) {
    boolean own =
        settings.pretrain().layers().stream().allMatch(layer -> layer.phase().epochs().isPresent());
    return own
        ? Repetition.Longer.NOTHING
        : Repetition.Longer.refused(
            "finished layers cannot be trained further, because the layers above were trained on"
                + " their output");
  }

  @Override
  public void run(JobContext context) {
    RunResult result = OutputRun.of(context, REPETITION, run -> new PretrainRun(run).run());
    PrintStream out = context.out();
    out.printf(
        "Pretrained %s: %d epochs over all layers, %d rounds, %,d examples, %,.0f examples/s%n",
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
