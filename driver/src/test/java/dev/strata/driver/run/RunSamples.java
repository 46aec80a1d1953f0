package dev.strata.driver.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Small records of a run. */
final class RunSamples {
  private RunSamples() {}

  static RunIdentity identity(String job, Map<String, String> configuration) {
    return RunIdentity.create(job, "1.0.0", configuration);
  }

  static RunResult result(String job) {
    return RunResultBuilder.builder()
        .job(job)
        .status(RunResult.FINISHED)
        .metrics(Map.of("test", Map.of("accuracy", 0.9)))
        .examplesSeen(1000L)
        .epochs(2)
        .rounds(20L)
        .workers(2)
        .parameters(55L)
        .trainSeconds(1.5)
        .wallSeconds(2.5)
        .examplesPerSecond(666.7)
        .modelPath("file:/out/model")
        .modelSha256("abc")
        .seed(42L)
        .resumedFromRound(null)
        .positiveClass(null)
        .warnings(List.of())
        .build();
  }

  static HistoryEntry entry(long round) {
    return HistoryEntryBuilder.builder()
        .runId("run")
        .phase("train")
        .epoch(0)
        .round(round)
        .iteration(round * 10)
        .examples(round * 100)
        .loss(1.0 / round)
        .metrics(Map.of("accuracy", 0.25))
        .examplesPerSecond(1000)
        .seconds(Map.of("train", 0.1))
        .time("2026-01-01T00:00:00Z")
        .epochs(0)
        .totalExamples(0)
        .validationLoss(round % 2 == 0 ? Optional.of(0.5) : Optional.empty())
        .build();
  }
}
