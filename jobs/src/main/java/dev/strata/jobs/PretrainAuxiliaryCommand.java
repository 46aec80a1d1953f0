package dev.strata.jobs;

import dev.strata.driver.run.RunResult;
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

/**
 * {@code strata pretrain-auxiliary}: a network that learns something else from unlabelled rows, so
 * that its lower layers can be reused.
 */
final class PretrainAuxiliaryCommand implements Job {
  private static final Repetition REPETITION =
      Repetition.training(inputs -> inputs.data().network(), settings -> Repetition.Longer.GOES_ON);

  @Override
  public String name() {
    return "pretrain-auxiliary";
  }

  @Override
  public String description() {
    return "Trains a network on unlabelled rows with an auxiliary task, for fine-tune.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.TASK);
  }

  @Override
  public boolean writes() {
    return true;
  }

  @Override
  public void inspect(Settings settings, Configuration hadoop, Problems problems) {
    settings
        .init()
        .from()
        .ifPresent(
            from ->
                problems.add(
                    "pretrain-auxiliary starts from random weights",
                    "init.from",
                    from,
                    "null; use train to continue a model, fine-tune to reuse its layers",
                    null));
  }

  @Override
  public void run(JobContext context) {
    RunResult result = OutputRun.of(context, REPETITION, run -> new AuxiliaryRun(run).run());
    PrintStream out = context.out();
    out.printf(
        "Pretrained %s: %d epochs, %d rounds, %,d examples, %,.0f examples/s%n",
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
