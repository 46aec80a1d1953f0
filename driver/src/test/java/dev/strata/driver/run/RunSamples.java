package dev.strata.driver.run;

import java.util.Map;
import java.util.Optional;

/** Small records of a run. */
final class RunSamples {
  private RunSamples() {}

  static RunIdentity identity(String job, Map<String, String> configuration) {
    return RunIdentity.create(job, "1.0.0", configuration);
  }

  static RunResult result(String job) {
    return new RunResult(
        job,
        RunResult.FINISHED,
        Map.of("test", Map.of("accuracy", 0.9)),
        1000L,
        2,
        20L,
        2,
        55L,
        1.5,
        2.5,
        666.7,
        "file:/out/model",
        "abc",
        42L,
        null);
  }

  static HistoryEntry entry(long round) {
    return new HistoryEntry(
        "run",
        "train",
        Optional.empty(),
        0,
        round,
        round * 10,
        round * 100,
        1.0 / round,
        round % 2 == 0 ? Optional.of(0.5) : Optional.empty(),
        Map.of("accuracy", 0.25),
        1000,
        Map.of("train", 0.1),
        "2026-01-01T00:00:00Z");
  }
}
