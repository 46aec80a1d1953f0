package dev.strata.driver.run;

import static dev.strata.driver.run.RunSamples.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @TempDir Path output;

  private RunFolder run;

  @BeforeEach
  void folder() {
    // a store without append and without a useful rename
    Configuration configuration = FlakyFileSystem.configure(new Configuration());
    run = RunFolder.of(configuration, "flaky://history" + output);
    FlakyFileSystem.volume("history").repair();
  }

  @Test
  void aLineARound() throws IOException {
    try (History history = History.create(run)) {
      history.add(entry(1));
      history.add(entry(2));
    }
    List<String> lines = Files.readAllLines(output.resolve("history.jsonl"));
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1))
        .startsWith("{\"runId\":\"run\",\"phase\":\"train\"")
        .contains(
            "\"round\":2,",
            "\"loss\":0.5,",
            "\"validationLoss\":0.5,",
            "\"seconds\":{\"train\":0.1}");
    assertThat(History.read(run)).containsExactly(entry(1), entry(2));
  }

  @Test
  void notANumberComesBack() {
    HistoryEntry diverged =
        HistoryEntryBuilder.builder()
            .runId("run")
            .phase("train")
            .epoch(0)
            .round(1)
            .iteration(1)
            .examples(1)
            .loss(Double.NaN)
            .metrics(Map.of())
            .examplesPerSecond(0)
            .seconds(Map.of())
            .time("now")
            .epochs(0)
            .totalExamples(0)
            .layer(Optional.of("hidden"))
            .build();
    try (History history = History.create(run)) {
      history.add(diverged);
    }
    assertThat(History.read(run)).containsExactly(diverged);
  }

  @Test
  void aNewRunBeginsWithoutLinesAndAResumedOneWithThoseOfItsCheckpoint() {
    try (History history = History.create(run)) {
      for (long round = 1; round <= 5; round++) {
        history.add(entry(round));
      }
    }
    try (History history = History.resume(run, 3)) {
      assertThat(History.read(run)).containsExactly(entry(1), entry(2), entry(3));
      history.add(entry(4));
    }
    assertThat(History.read(run)).containsExactly(entry(1), entry(2), entry(3), entry(4));
    History.create(run).close();
    assertThat(History.read(run)).isEmpty();
    assertThat(output.resolve("history.jsonl")).exists();
  }

  @Test
  void aPhaseThatGoesOnKeepsThePhasesBeforeItAndDropsThoseAfter() {
    try (History history = History.create(run)) {
      for (String phase : List.of("layer-1", "layer-2", "layer-3")) {
        for (long round = 1; round <= 3; round++) {
          history.add(entryOf(phase, round));
        }
      }
    }
    History.ofPhase(run, "layer-2", 2).close();
    assertThat(History.read(run))
        .containsExactly(
            entryOf("layer-1", 1),
            entryOf("layer-1", 2),
            entryOf("layer-1", 3),
            entryOf("layer-2", 1),
            entryOf("layer-2", 2));
    History.ofPhase(run, "layer-3", 0).close();
    assertThat(History.read(run)).hasSize(5);
    History.ofPhase(run, "layer-1", 0).close();
    assertThat(History.read(run)).isEmpty();
  }

  private static HistoryEntry entryOf(String phase, long round) {
    HistoryEntry of = entry(round);
    return HistoryEntryBuilder.builder(of)
        .phase(phase)
        .round(round)
        .epochs(0)
        .totalExamples(0)
        .build();
  }

  @Test
  void writingIsThrottledAndFlushedOnDemand() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
    History history = History.create(run, now::get);
    history.add(entry(1));
    assertThat(History.read(run)).isEmpty();

    history.flush();
    assertThat(History.read(run)).hasSize(1);
    history.add(entry(2));
    now.addAndGet(TimeUnit.SECONDS.toNanos(4));
    history.add(entry(3));
    assertThat(History.read(run)).hasSize(1);
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    history.add(entry(4));
    assertThat(History.read(run)).hasSize(4);
  }

  @Test
  void slowStoresAreWrittenLessOften() {
    AtomicLong now = new AtomicLong();
    // each look at the clock is a second later: writing takes one
    History history = History.create(run, () -> now.getAndAdd(TimeUnit.SECONDS.toNanos(1)));
    for (long round = 1; round <= 18; round++) {
      history.add(entry(round));
    }
    assertThat(History.read(run)).isEmpty();
    for (long round = 19; round <= 22; round++) {
      history.add(entry(round));
    }
    assertThat(History.read(run)).isNotEmpty();
  }

  @Test
  void noLineIsLostWhereverAWriteIsCutOff() throws IOException {
    int lost = 0;
    for (int space = 0; space < 2_000; space += 41) {
      FlakyFileSystem.volume("history").repair();
      History history = History.create(run);
      history.add(entry(1));
      history.add(entry(2));
      history.flush();
      history.add(entry(3));
      FlakyFileSystem.volume("history").fullAfter(space, "");
      try {
        history.flush();
      } catch (StrataException e) {
        lost++;
        assertThat(e).hasMessageContaining("no space left");
      }
      assertThat(History.read(run)).startsWith(entry(1), entry(2));
    }
    assertThat(lost).isBetween(10, 45);
  }

  @Test
  void aLineCutOffIsLeftOut() throws IOException {
    try (History history = History.create(run)) {
      history.add(entry(1));
      history.add(entry(2));
    }
    String text = Files.readString(output.resolve("history.jsonl"));
    Files.writeString(output.resolve("history.jsonl"), text.substring(0, text.length() - 20));

    assertThat(History.read(run)).containsExactly(entry(1));
  }

  @Test
  void aFolderWithoutHistoryHasNoLines() {
    assertThat(History.read(run)).isEmpty();
  }

  @Test
  void aFullVolumeIsNamed() {
    History history = History.create(run);
    FlakyFileSystem.volume("history").fullAfter(10, "");
    history.add(entry(1));
    assertThatThrownBy(history::close)
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no space left on the volume flaky://history/");
    FlakyFileSystem.volume("history").repair();
    history.close();
    assertThat(History.read(run)).containsExactly(entry(1));
  }
}
