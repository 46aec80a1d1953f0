package dev.strata.driver.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.mutation.MutationCheck;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile files of a run's folder, as status and a repeated command read them. */
class DamagedRunFilesTest {
  @TempDir Path work;
  private RunFolder run;

  @BeforeEach
  void write() {
    run = RunFolder.of(new Configuration(), work.toString());
    run.begin(
        RunIdentity.create("train", "0.1.0", Map.of("seed", "1", "training.epochs", "2")),
        false,
        ResumeRule.only());
    run.finish(
        RunResultBuilder.builder()
            .job("train")
            .status(RunResult.FINISHED)
            .metrics(Map.of("test", Map.of("accuracy", 0.5)))
            .examplesSeen(10L)
            .epochs(2)
            .rounds(4L)
            .workers(1)
            .parameters(5L)
            .trainSeconds(0.5)
            .wallSeconds(1.5)
            .examplesPerSecond(20.0)
            .modelPath("model")
            .modelSha256("cafe")
            .seed(1L)
            .resumedFromRound(null)
            .positiveClass(null)
            .warnings(List.of())
            .build());
    run.fail(
        FailureBuilder.builder()
            .exitCode(3)
            .kind("data")
            .message("broken")
            .key(null)
            .file("rows.csv")
            .row("7")
            .found("x")
            .expected("a number")
            .retryable(false)
            .lastCheckpoint(null)
            .submission(null)
            .build());
    try (History history = History.create(run)) {
      for (int round = 1; round <= 3; round++) {
        history.add(entry(round));
      }
    }
  }

  private static HistoryEntry entry(int round) {
    return HistoryEntryBuilder.builder()
        .runId("run")
        .phase("supervised")
        .epoch(0)
        .round(round)
        .iteration(round)
        .examples(10L * round)
        .loss(0.5 / round)
        .metrics(Map.of())
        .examplesPerSecond(100)
        .seconds(Map.of("train", 0.1))
        .time("2026-01-02T03:04:05Z")
        .epochs(0)
        .totalExamples(0)
        .build();
  }

  private Object content(List<String> notices) {
    return run.identity() + " " + run.result() + " " + run.failure() + " " + History.read(run);
  }

  /** Lines whose end is missing were cut off while they were written, and are left out. */
  private Set<Object> shorter() throws IOException {
    Path file = work.resolve("history.jsonl");
    String whole = Files.readString(file);
    List<Object> contents = new ArrayList<>();
    for (int lines = 0; lines < 3; lines++) {
      int end = 0;
      for (int i = 0; i < lines; i++) {
        end = whole.indexOf('\n', end) + 1;
      }
      Files.writeString(file, whole.substring(0, end));
      contents.add(content(List.of()));
    }
    Files.writeString(file, whole);
    return Set.copyOf(contents);
  }

  @Test
  void unsignedDamageIsRefusedByName() throws Exception {
    MutationCheck check = new MutationCheck(work, shorter(), this::content);
    check.unsigned(9);
    assertThat(check.files())
        .containsExactly("failure.json", "history.jsonl", "result.json", "run.json");
    assertThat(check.outcomes().get("refused")).isGreaterThan(90);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run.json", "result.json", "failure.json"})
  void whatDoesNotFitIsRefusedThoughSigned(String name) throws Exception {
    MutationCheck check = new MutationCheck(work, Set.of(), this::content);
    check.signed(
        name,
        10,
        (file, write) ->
            write.write(file, MutationCheck.selfSigned(Files.readString(work.resolve(file)))));
    RunIdentity asked = RunIdentity.create("train", "0.1.0", Map.of("seed", "1"));
    for (String value : List.of("null", "{}", "[]")) {
      Files.writeString(work.resolve(name), value);
      try {
        run.begin(asked, false, ResumeRule.only());
      } catch (StrataException e) {
        assertThat(e.kind().exitCode()).isBetween(2, 3);
      }
    }
  }

  @Test
  void damagedLinesAreLeftOutOnResumeAndTold() throws IOException {
    Path file = work.resolve("history.jsonl");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"round\":2", "\"round\":7"));
    assertThatThrownBy(() -> History.read(run))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("history.jsonl")
        .hasMessageContaining("line 2");
    List<String> notices = new ArrayList<>();
    History.ofPhase(run, "supervised", 3, notices::add).close();
    assertThat(notices).singleElement().asString().contains("history.jsonl", "[2]");
    assertThat(History.read(run)).containsExactly(entry(1), entry(3));
  }

  @Test
  void filesOfVersionOneAreReadWithoutChecksums() throws IOException {
    Object now = content(List.of()).toString().replace("formatVersion=2", "formatVersion=1");
    for (String name : List.of("run.json", "result.json", "failure.json")) {
      Path file = work.resolve(name);
      String unsigned =
          Files.readString(file)
              .replaceFirst(",\\s*\"selfSha256\" : \"[0-9a-f]{64}\"", "")
              .replace("\"formatVersion\" : 2", "\"formatVersion\" : 1");
      assertThat(unsigned).doesNotContain("selfSha256");
      Files.writeString(file, unsigned);
    }
    Path history = work.resolve("history.jsonl");
    Files.writeString(
        history, Files.readString(history).replaceAll(",\"crc32\":\"[0-9a-f]{8}\"", ""));
    assertThat(content(List.of())).isEqualTo(now);
    assertThat(Json.mapper().readTree(work.resolve("run.json").toFile()).has("selfSha256"))
        .isFalse();
  }
}
