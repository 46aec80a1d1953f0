package dev.strata.driver.job;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.run.RunResult;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Any source of rows as shards, which every later job on the same data uses. */
public final class PrepareJob implements RunJob {
  private static final RepeatPolicy REPETITION =
      RepeatPolicy.redone(RepeatPolicy.Earlier.RESUMED, JobInputs::data);

  @Override
  public String name() {
    return "prepare";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return Set.of(Need.OUTPUT, Need.DATA);
  }

  @Override
  public RunResult work(ManagedRun run) {
    long begun = System.nanoTime();
    JobData.prepare(run, Optional.empty());
    return ModelResults.withoutModel(run, Map.of(), begun);
  }

  @Override
  public RepeatPolicy policy(JobContext context) {
    return REPETITION;
  }
}
