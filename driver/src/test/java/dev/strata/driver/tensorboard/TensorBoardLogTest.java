package dev.strata.driver.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.HistoryEntryBuilder;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerEntryOutputsBuilder;
import dev.strata.driver.run.LayerHistory;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.testing.EventFiles;
import dev.strata.driver.testing.EventFiles.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log writes, read back from the specifications. */
class TensorBoardLogTest {
  private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00.250Z");
  private static final String PHASE = "supervised";

  @TempDir private Path folder;
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> notices = new ArrayList<>();
  private RunFolder run;

  @BeforeEach
  void aRun() {
    run = RunFolder.of(new Configuration(), folder.resolve("out").toString());
  }

  private TensorBoardLog log() {
    return new TensorBoardLog(run, notices::add, nanos::get);
  }

  private static HistoryEntry entry(long round) {
    return HistoryEntryBuilder.builder()
        .runId("run")
        .phase(PHASE)
        .epoch((int) (round / 10))
        .round(round)
        .iteration(round * 4)
        .examples(round * 64)
        .loss(1.0 / round)
        .metrics(round % 5 == 0 ? Map.of("loss", 2.0 / round, "accuracy", 0.5) : Map.of())
        .examplesPerSecond(100 * round)
        .seconds(Map.of())
        .time(BEGUN.plusMillis(1300 * round).toString())
        .epochs(3)
        .totalExamples(0)
        .validationLoss(round % 5 == 0 ? Optional.of(2.0 / round) : Optional.empty())
        .learningRate(Optional.of(0.1 / round))
        .build();
  }

  private static Optional<LayerEntry> layers(long round) {
    LayerEntry.Outputs outputs =
        LayerEntryOutputsBuilder.builder()
            .units(3)
            .rows(4)
            .mean(0.5)
            .deviation(0.25)
            .dead(0.25)
            .saturated(0.125)
            .low(-1)
            .high(1)
            .counts(List.of(2L, 4L, 6L, 0L))
            .build();
    LayerEntry.Layer layer =
        new LayerEntry.Layer(
            "hidden-1", Optional.of(new LayerEntry.Change(2, 0.5, 0.0625)), Optional.of(outputs));
    return Optional.of(
        new LayerEntry(PHASE, round, round * 4, 0, List.of(layer), entry(round).time()));
  }

  /** Rounds as the engine reports them: in the history first. */
  private void rounds(TensorBoardLog log, History history, long from, long to) {
    for (long round = from; round <= to; round++) {
      history.add(entry(round));
      log.round(entry(round), round == 1 ? layers(round) : Optional.empty());
      nanos.addAndGet(1_300_000_000L);
    }
  }

  private List<Event> events() {
    return EventFiles.read(folder.resolve("out/tensorboard/" + PHASE));
  }

  private List<Event> steps() {
    return events().stream().filter(event -> event.version().isEmpty()).toList();
  }

  @Test
  void aRoundIsOneStepWithItsValues() {
    TensorBoardLog log = log();
    log.phase(PHASE, 0);
    try (History history = History.ofPhase(run, PHASE, 0)) {
      rounds(log, history, 1, 5);
    }
    log.close();
    assertThat(events().get(0).version()).isEqualTo("brain.Event:2");
    List<Event> steps = steps();
    assertThat(steps).extracting(Event::step).containsExactly(4L, 8L, 12L, 16L, 20L);
    Map<String, Float> first = new TreeMap<>();
    first.put("loss/training", 1f);
    first.put("learning-rate", 0.1f);
    first.put("examples-per-second", 100f);
    first.put("epoch", 0f);
    first.put("update-ratio/hidden-1", 0.0625f);
    first.put("change-norm/hidden-1", 0.5f);
    first.put("parameter-norm/hidden-1", 2f);
    first.put("dead-units/hidden-1", 0.25f);
    first.put("saturated-units/hidden-1", 0.125f);
    assertThat(steps.get(0).scalars()).isEqualTo(first);
    assertThat(steps.get(0).wallTime()).isEqualTo(BEGUN.toEpochMilli() / 1e3 + 1.3);
    List<double[]> histogram = steps.get(0).histograms().get("activations/hidden-1");
    assertThat(histogram.get(0)).containsExactly(-1, 1, 12, 6, 12 * 0.3125);
    assertThat(histogram.get(1)).containsExactly(-0.5, 0, 0.5, 1);
    assertThat(histogram.get(2)).containsExactly(2, 4, 6, 0);
    assertThat(steps.get(4).scalars())
        .containsEntry("loss/validation", 0.4f)
        .containsEntry("validation/accuracy", 0.5f)
        .doesNotContainKey("validation/loss");
    assertThat(notices).isEmpty();
  }

  /** Killed in round 40 after a checkpoint of round 25, then resumed. */
  @Test
  void aResumedRunWritesEachStepOnceAndInOrder() {
    TensorBoardLog killed = log();
    killed.phase(PHASE, 0);
    try (History history = History.ofPhase(run, PHASE, 0)) {
      rounds(killed, history, 1, 40);
    }
    int before = EventFiles.files(folder.resolve("out/tensorboard/" + PHASE)).size();
    long written = steps().get(steps().size() - 1).step();
    assertThat(written).isBetween(25 * 4L, 40 * 4L);

    TensorBoardLog resumed = log();
    resumed.phase(PHASE, 25);
    try (History history = History.ofPhase(run, PHASE, 25)) {
      rounds(resumed, history, 26, 60);
    }
    resumed.close();
    assertThat(EventFiles.files(folder.resolve("out/tensorboard/" + PHASE)))
        .hasSizeGreaterThan(before);
    assertThat(steps())
        .extracting(Event::step)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 60).mapToObj(r -> r * 4).toList());
    assertThat(events()).extracting(Event::wallTime).isSorted();
    assertThat(folder.resolve("out/tensorboard/" + PHASE))
        .isDirectoryNotContaining(file -> !file.getFileName().toString().startsWith("events.out"));
  }

  /** The attempt that was killed wrote no event file at all; its rounds are in the history. */
  @Test
  void roundsWithoutEventsAreTakenFromTheHistory() {
    try (History history = History.ofPhase(run, PHASE, 0);
        LayerHistory statistics = LayerHistory.ofPhase(run, PHASE, 0)) {
      LongStream.rangeClosed(1, 3).forEach(round -> history.add(entry(round)));
      statistics.add(layers(2).orElseThrow());
    }
    TensorBoardLog log = log();
    log.phase(PHASE, 3);
    log.close();
    assertThat(steps()).extracting(Event::step).containsExactly(4L, 8L, 12L);
    assertThat(steps().get(1).histograms()).containsKey("activations/hidden-1");
  }

  @Test
  void aPhaseThatStartsAgainForgetsItsEvents() {
    TensorBoardLog first = log();
    first.phase(PHASE, 0);
    try (History history = History.ofPhase(run, PHASE, 0)) {
      rounds(first, history, 1, 9);
    }
    first.close();
    TensorBoardLog again = log();
    again.phase(PHASE, 0);
    try (History history = History.ofPhase(run, PHASE, 0)) {
      rounds(again, history, 1, 2);
    }
    again.close();
    assertThat(steps()).extracting(Event::step).containsExactly(4L, 8L);
  }

  @Test
  void longRunsWriteFewFiles() {
    TensorBoardLog log = log();
    log.phase(PHASE, 0);
    try (History history = History.ofPhase(run, PHASE, 0)) {
      for (long round = 1; round <= 300; round++) {
        log.round(entry(round), Optional.empty());
        nanos.addAndGet(10_000_000_000L);
      }
    }
    log.close();
    assertThat(steps()).hasSize(300);
    assertThat(EventFiles.files(folder.resolve("out/tensorboard/" + PHASE))).hasSizeLessThan(150);
  }

  @Test
  void aFolderThatCannotBeWrittenIsReportedOnce() throws IOException {
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(folder.resolve("out/tensorboard"), "a file");
    TensorBoardLog log = log();
    log.phase(PHASE, 1);
    log.round(entry(2), Optional.empty());
    log.close();
    log.round(entry(3), Optional.empty());
    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith("TensorBoard: cannot write events to")
        .contains("training continues without them");
  }

  @Test
  void aChangedByteIsFoundByTheReader() {
    EventFile file = new EventFile(1);
    file.add(2, 3, List.of(EventFile.Value.of("loss", 0.5)));
    byte[] bytes = file.bytes();
    assertThat(EventFiles.parse(bytes)).hasSize(2);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> EventFiles.parse(changed)).isInstanceOf(Throwable.class);
    }
  }
}
