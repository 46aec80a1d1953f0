package dev.strata.driver.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.run.Failure;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.ResumeRule;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusTextTest {
  private static final Failure DIVERGED =
      Failure.of(
          StrataException.diverged("training diverged in round 7")
              .key("network.updater.learning-rate")
              .found("loss NaN")
              .build(),
          Optional.of("file:/somewhere/checkpoints/round-000000000005-000"));

  @TempDir Path folder;

  private final Configuration configuration = new Configuration();
  private RunFolder run;

  @BeforeEach
  void folder() {
    run = RunFolder.of(configuration, folder.toString());
  }

  private void begin() {
    run.begin(RunIdentity.create("train", "1.0.0", Map.of()), false, ResumeRule.only());
  }

  private void rounds(int upTo, int of) {
    try (History history = History.create(run)) {
      ReportSamples.history(of).subList(0, upTo).forEach(history::add);
    }
  }

  private String status() {
    return StatusText.of(configuration, folder.toString(), ReportSamples.BEGUN.plusSeconds(130));
  }

  /** Label → text, as the lines tell it. */
  private Map<String, String> lines() {
    Map<String, String> lines = new TreeMap<>();
    status()
        .lines()
        .forEach(line -> lines.put(line.substring(0, 18).stripTrailing(), line.substring(19)));
    return lines;
  }

  @Test
  void aFolderWithoutARunIsRefusedAndLeftAlone() throws IOException {
    assertThatThrownBy(this::status)
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
        .hasMessageContaining("has no run")
        .hasMessageContaining("output.dir");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aRunThatHasOnlyBegunIsUnfinished() {
    begin();

    assertThat(lines())
        .containsEntry("last checkpoint", "none")
        .hasEntrySatisfying("job", text -> assertThat(text).startsWith("train, run "))
        .hasEntrySatisfying(
            "state", text -> assertThat(text).startsWith("interrupted; run the command again"))
        .doesNotContainKeys("loss", "epoch");
  }

  @Test
  void whoeverHoldsTheLeaseIsRunning() throws IOException {
    begin();
    rounds(120, 400);
    Files.createDirectories(folder.resolve("checkpoints/round-000000000080-000"));
    Files.createFile(folder.resolve("checkpoints/round-000000000080-000/manifest.json"));
    Instant now = Instant.now();

    try (OutputLock lock =
        OutputLock.acquire(configuration, folder.toString(), Duration.ofMinutes(1), "the-run")) {
      lock.ensureHeld();
      assertThat(StatusText.of(configuration, folder.toString(), now))
          .contains("running: run the-run of ", "last seen 0.0 s ago");
      // by the run's own clock, but within the lock's time
      Map<String, String> lines = new TreeMap<>();
      RunStatus seen = RunStatus.read(configuration, folder.toString(), now);
      assertThat(seen.state()).isEqualTo(RunStatus.State.RUNNING);
      status()
          .lines()
          .forEach(line -> lines.put(line.substring(0, 18).stripTrailing(), line.substring(19)));
      HistoryEntry newest = seen.newest().orElseThrow();
      assertThat(lines)
          .containsEntry("phase", "supervised")
          .containsEntry("epoch", "3 of 10, 30 %")
          .containsEntry("round", "120, ended 10 s ago")
          .containsEntry("examples", "1,228,800 of 4,096,000")
          .containsEntry("loss", ProgressText.significant(newest.loss()))
          .hasEntrySatisfying(
              "examples/s", text -> assertThat(text).matches("3[567],\\d{3} \\(median.*"))
          .hasEntrySatisfying("time left", text -> assertThat(text).matches("about 1 m \\d\\d s"))
          .hasEntrySatisfying(
              "validation",
              text -> assertThat(text).contains("accuracy 0.", "loss 0.").endsWith("(round 120)"))
          .hasEntrySatisfying(
              "last checkpoint",
              text -> assertThat(text).endsWith("checkpoints/round-000000000080-000"));
    }
  }

  @Test
  void aLeaseThatIsNotRenewedIsNobodysWork() throws IOException {
    begin();
    OutputLock lock =
        OutputLock.acquire(configuration, folder.toString(), Duration.ofSeconds(20), "the-run");

    String later = StatusText.of(configuration, folder.toString(), Instant.now().plusSeconds(90));
    lock.close();

    assertThat(later)
        .contains("interrupted: run the-run of ", " does not respond, last seen 1 m 3");
    assertThat(status()).contains("interrupted; run");
  }

  @Test
  void aFailureIsTold() {
    begin();
    rounds(6, 400);
    run.fail(DIVERGED);

    assertThat(lines())
        .containsEntry("state", "failed; fix the reported problem before retrying")
        .hasEntrySatisfying(
            "failure",
            text ->
                assertThat(text)
                    .contains(
                        "training diverged in round 7",
                        "network.updater.learning-rate",
                        "loss NaN",
                        "(exit code 4, diverged)"))
        .doesNotContainKeys("time left");
  }

  @Test
  void aRetryableFailureSaysSo() {
    begin();
    run.fail(Failure.of(StrataException.cluster("an executor was lost").build(), Optional.empty()));

    assertThat(lines())
        .containsEntry(
            "state",
            "failed; a retry may help: run the command again to resume from the last checkpoint");
  }

  @Test
  void aFinishedRunTellsItsResult() {
    begin();
    rounds(400, 400);
    run.finish(ReportSamples.result());

    assertThat(lines())
        .containsEntry("state", "finished")
        .containsEntry("epoch", "10 of 10, 100 %")
        .containsEntry("result, test", "accuracy 0.8871, loss 0.3312")
        .containsEntry("model", "file:/data/runs/fashion/model")
        .containsEntry("time in rounds", "1 m 54 s")
        .doesNotContainKeys("time left", "last checkpoint", "failure");
  }

  @Test
  void aFailureOfALaterCommandLeavesAFinishedRunFinished() {
    begin();
    run.finish(ReportSamples.result());
    run.fail(DIVERGED);

    assertThat(lines())
        .containsEntry("state", "finished")
        .containsKey("last failure")
        .doesNotContainKey("failure");
  }

  @Test
  void aHistoryWithoutTheLengthOfThePhaseIsShownWithoutTimeLeft() throws IOException {
    begin();
    String line =
        "{\"runId\":\"r\",\"phase\":\"supervised\",\"epoch\":0,\"round\":1,\"iteration\":5,\"examples\":640,\"loss\":0.5,\"examplesPerSecond\":100.0,\"time\":\"2026-01-01T12:00:01Z\"}\n";
    Files.writeString(folder.resolve("history.jsonl"), line);

    assertThat(History.read(run)).hasSize(1);
    assertThat(lines())
        .containsEntry("epoch", "1")
        .containsEntry("examples", "640")
        .doesNotContainKey("time left");
  }

  @Test
  void aRoundThatEndsWhileItIsLookedAtHasJustEnded() {
    begin();
    rounds(120, 400);
    String path = folder.toString();

    assertThat(StatusText.of(configuration, path, ReportSamples.BEGUN.plusSeconds(118)))
        .contains("120, ended 0.0 s ago");
    assertThat(StatusText.of(configuration, path, ReportSamples.BEGUN.minusSeconds(3600)))
        .contains("120, ended at 2026-01-01T12:02:00Z");
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    begin();
    Files.writeString(folder.resolve("result.json"), "{\"job\": ");

    assertThatThrownBy(this::status)
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageContaining("result.json");
  }
}
