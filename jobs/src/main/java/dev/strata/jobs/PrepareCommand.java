package dev.strata.jobs;

import dev.strata.driver.data.PreparedData;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code strata prepare}: any source of rows becomes shards, which every later job on the same data
 * uses.
 */
final class PrepareCommand implements Job {
  private static final Repetition REPETITION =
      Repetition.redone(Repetition.Earlier.RESUMED, Inputs::data);

  @Override
  public String name() {
    return "prepare";
  }

  @Override
  public String description() {
    return "Turns the rows of data into shards that training reads.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return Set.of(Need.OUTPUT, Need.DATA);
  }

  @Override
  public boolean writes() {
    return true;
  }

  @Override
  public void run(JobContext context) {
    OutputRun.of(context, REPETITION, PrepareCommand::prepare);
  }

  private static RunResult prepare(OutputRun run) {
    long begun = System.nanoTime();
    PreparedData data = Preparation.prepare(run, Optional.empty());
    return new RunResult(
        run.context().command(),
        RunResult.FINISHED,
        Map.of(),
        null,
        null,
        null,
        run.settings().training().workers(),
        null,
        null,
        (System.nanoTime() - begun) / 1e9,
        null,
        null,
        null,
        run.settings().seed(),
        null);
  }
}
