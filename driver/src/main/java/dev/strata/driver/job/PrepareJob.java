package dev.strata.driver.job;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.run.RunResultBuilder;
import java.util.List;
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
    PreparedData data = JobData.prepare(run, Optional.empty());
    return RunResultBuilder.builder()
        .job(run.context().command())
        .status(RunResult.FINISHED)
        .metrics(Map.of())
        .examplesSeen(null)
        .epochs(null)
        .rounds(null)
        .workers(run.settings().training().workers())
        .parameters(null)
        .trainSeconds(null)
        .wallSeconds((System.nanoTime() - begun) / 1e9)
        .examplesPerSecond(null)
        .modelPath(null)
        .modelSha256(null)
        .seed(run.settings().seed())
        .resumedFromRound(null)
        .positiveClass(null)
        .warnings(List.of())
        .build();
  }

  @Override
  public RepeatPolicy policy(JobContext context) {
    return REPETITION;
  }
}
