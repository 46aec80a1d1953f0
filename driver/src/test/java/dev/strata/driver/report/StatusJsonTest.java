package dev.strata.driver.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.run.Failure;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.ResumeRule;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of {@code status --json}: programs read them, so that none may change or go. */
class StatusJsonTest {
  private static final List<String> FIELDS =
      List.of(
          "output",
          "job",
          "runId",
          "begun",
          "state",
          "holder",
          "holderSeenSeconds",
          "progress",
          "validation",
          "lastCheckpoint",
          "result",
          "failure",
          "failed");

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

  private void rounds(int upTo) {
    try (History history = History.create(run)) {
      ReportSamples.history(400).subList(0, upTo).forEach(history::add);
    }
  }

  private JsonNode status() throws IOException {
    return Json.mapper().readTree(StatusJson.of(configuration, folder.toString()));
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void everyFieldIsThereFromTheBeginning() throws IOException {
    assertThatThrownBy(this::status).isInstanceOf(StrataException.class);
    begin();

    JsonNode status = status();

    assertThat(names(status)).containsExactlyElementsOf(FIELDS);
    assertThat(status.path("state").asText()).isEqualTo("unfinished");
    assertThat(status.path("job").asText()).isEqualTo("train");
    assertThat(status.path("progress").isNull()).isTrue();
    assertThat(status.path("result").isNull()).isTrue();
  }

  /** As a wrong setting leaves it: the folder has no run.json then. */
  @Test
  void aFailureBeforeARunBeganIsTold() throws IOException {
    Instant before = Instant.now();
    assertThat(run.fail(failure())).isTrue();

    JsonNode status = status();

    assertThat(names(status)).containsExactlyElementsOf(FIELDS);
    assertThat(status.path("state").asText()).isEqualTo("failed");
    assertThat(status.path("job").isNull()).isTrue();
    assertThat(status.path("failure").path("exitCode").asInt()).isEqualTo(2);
    assertThat(Duration.between(before, Instant.parse(status.path("failed").asText())).abs())
        .isLessThan(Duration.ofMinutes(1));
    assertThat(StatusText.of(configuration, folder.toString()))
        .contains("failed; fix the reported problem before retrying", "unknown key: sed")
        .doesNotContain("job ");
  }

  private static Failure failure() {
    return Failure.of(
        StrataException.configuration("unknown key: sed").key("sed").build(), Optional.empty());
  }

  @Test
  void aRunningJobTellsHowFarItIs() throws IOException {
    begin();
    rounds(120);
    HistoryEntry newest = ReportSamples.history(400).get(119);

    try (OutputLock lock =
        OutputLock.acquire(configuration, folder.toString(), Duration.ofMinutes(1), "the-run")) {
      lock.ensureHeld();
      JsonNode status = status();

      assertThat(names(status)).containsExactlyElementsOf(FIELDS);
      assertThat(status.path("state").asText()).isEqualTo("running");
      assertThat(status.path("holder").asText()).contains("the-run");
      assertThat(status.path("holderSeenSeconds").asDouble()).isBetween(0.0, 60.0);
      JsonNode progress = status.path("progress");
      assertThat(names(progress))
          .containsExactly(
              "phase",
              "layer",
              "epoch",
              "epochs",
              "round",
              "examples",
              "totalExamples",
              "loss",
              "examplesPerSecond",
              "secondsLeft",
              "time");
      assertThat(progress.path("epoch").asInt()).isEqualTo(3);
      assertThat(progress.path("round").asLong()).isEqualTo(120);
      assertThat(progress.path("loss").asDouble()).as("full precision").isEqualTo(newest.loss());
      assertThat(progress.path("secondsLeft").asDouble()).isPositive();
      assertThat(names(status.path("validation")))
          .containsExactly("round", "metrics", "positiveClass");
    }
  }

  @Test
  void aFinishedOrFailedRunBringsItsFile() throws IOException {
    begin();
    run.fail(
        Failure.of(
            StrataException.diverged("training diverged").found("loss NaN").build(),
            Optional.empty()));
    assertThat(status().path("state").asText()).isEqualTo("failed");
    assertThat(status().at("/failure/exitCode").asInt()).isEqualTo(4);

    run.finish(ReportSamples.result().with("yes", List.of("test: class no is never predicted")));
    JsonNode status = status();

    assertThat(status.path("state").asText()).isEqualTo("finished");
    assertThat(status.path("failure").isNull()).isTrue();
    assertThat(status.at("/result/positiveClass").asText()).isEqualTo("yes");
    assertThat(status.at("/result/warnings/0").asText()).contains("never predicted");
    assertThat(StatusText.of(configuration, folder.toString(), Instant.now()))
        .contains("warning            test: class no is never predicted");
  }

  @Test
  void aFollowerShowsWhatIsNewAndNothingTwice() {
    begin();
    rounds(100);
    Instant begun = Instant.now();
    RunFollower follower = new RunFollower(configuration, folder.toString(), begun);

    assertThat(follower.news(begun)).as("an earlier attempt's rounds").isEmpty();
    assertThat(follower.news(begun.plusSeconds(61)))
        .singleElement()
        .asString()
        .contains("no progress in " + folder, "is waiting for a worker");
    assertThat(follower.news(begun.plusSeconds(66))).isEmpty();
    rounds(120);
    try (OutputLock lock =
        OutputLock.acquire(configuration, folder.toString(), Duration.ofMinutes(1), "the-run")) {
      lock.ensureHeld();
      assertThat(follower.news(Instant.now()))
          .satisfiesExactly(
              line -> assertThat(line).startsWith("running: run the-run of "),
              line -> assertThat(line).contains("epoch 3/10", " 30 %", "loss 0.", "examples/s"));
      assertThat(follower.news(Instant.now())).isEmpty();
    }
  }

  @Test
  void aFollowerNeedsNoFolder() {
    Instant begun = Instant.now();
    RunFollower follower = new RunFollower(configuration, folder.resolve("none").toString(), begun);

    assertThat(follower.news(begun.plusSeconds(5))).isEmpty();
    assertThat(folder.resolve("none")).doesNotExist();
  }
}
