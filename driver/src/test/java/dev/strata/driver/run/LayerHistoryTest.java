package dev.strata.driver.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics of layers over phases, resumes and damage. */
class LayerHistoryTest {
  @TempDir private Path folder;
  private RunFolder run;

  @BeforeEach
  void aFolder() {
    run = RunFolder.of(new Configuration(), folder.toString());
  }

  private static LayerEntry entry(String phase, long round) {
    LayerEntry.Outputs outputs =
        LayerEntryOutputsBuilder.builder()
            .units(2)
            .rows(3)
            .mean(0.25)
            .deviation(1e-3)
            .dead(0.5)
            .saturated(0)
            .low(-1)
            .high(1)
            .counts(List.of(1L, 5L))
            .build();
    return new LayerEntry(
        phase,
        round,
        10 * round,
        0,
        List.of(
            new LayerEntry.Layer(
                "a", Optional.of(new LayerEntry.Change(1, 0.1, 0.01)), Optional.of(outputs)),
            new LayerEntry.Layer("b", Optional.empty(), Optional.empty())),
        "2026-01-01T00:00:00Z");
  }

  private void write(String phase, long from, long to) {
    try (LayerHistory history = LayerHistory.ofPhase(run, phase, from - 1)) {
      LongStream.rangeClosed(from, to).forEach(round -> history.add(entry(phase, round)));
    }
  }

  private List<String> lines() {
    return LayerHistory.read(run).stream().map(e -> e.phase() + " " + e.round()).toList();
  }

  @Test
  void linesComeBackAsTheyWere() {
    write("one", 1, 2);
    assertThat(LayerHistory.read(run)).containsExactly(entry("one", 1), entry("one", 2));
  }

  @Test
  void aResumedPhaseDropsItsLaterRoundsAndThePhasesAfterIt() {
    write("one", 1, 3);
    write("two", 1, 2);
    assertThat(lines()).containsExactly("one 1", "one 2", "one 3", "two 1", "two 2");
    write("two", 2, 3);
    assertThat(lines()).containsExactly("one 1", "one 2", "one 3", "two 1", "two 2", "two 3");
    write("one", 3, 3);
    assertThat(lines()).containsExactly("one 1", "one 2", "one 3");
  }

  @Test
  void aDamagedLineIsLeftOut() throws IOException {
    write("one", 1, 3);
    Path file = folder.resolve("layer-statistics.jsonl");
    List<String> text = Files.readAllLines(file);
    Files.writeString(
        file, text.get(0) + "\n{\"phase\":\n" + text.get(2) + "\n" + text.get(1).substring(0, 30));
    assertThat(lines()).containsExactly("one 1", "one 3");
  }

  @Test
  void laterRoundsHaveFewerLines() {
    assertThat(LongStream.rangeClosed(1, 100).filter(LayerHistory::has))
        .startsWith(1L, 2L, 3L)
        .contains(19L, 20L, 22L, 40L, 44L, 80L, 88L, 96L)
        .doesNotContain(21L, 42L, 84L, 92L)
        .hasSize(20 + 10 + 10 + 2);
    assertThat(LongStream.rangeClosed(1, 1_000_000).filter(LayerHistory::has).count())
        .isLessThan(200);
  }
}
