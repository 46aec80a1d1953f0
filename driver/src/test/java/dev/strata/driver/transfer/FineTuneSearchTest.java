package dev.strata.driver.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.network.UpdaterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuneSearchTest {
  @TempDir private Path folder;

  private SmallFineTuning searching(String output) {
    SmallFineTuning tuning = new SmallFineTuning(folder, output).heldBack(folder);
    tuning.search =
        new SearchSettings(
            List.of(1, 3),
            List.of(),
            List.of(0, 1),
            List.of(0, 1, 2),
            OptionalInt.of(4),
            SearchSettings.Metric.ERROR);
    return tuning;
  }

  private static List<String> names(List<Candidate.Tried> tried) {
    return tried.stream().map(t -> t.candidate().name()).toList();
  }

  @Test
  void everyCombinationThatTheModelAllowsIsTriedAndTheBestComesFirst() throws IOException {
    SmallFineTuning tuning = searching("out");
    List<Candidate.Tried> tried = tuning.searched();
    assertThat(names(tried))
        .containsExactlyInAnyOrder(
            "layers-1-fresh-0-frozen-0",
            "layers-1-fresh-0-frozen-1",
            "layers-1-fresh-1-frozen-0",
            "layers-3-fresh-0-frozen-0",
            "layers-3-fresh-0-frozen-1",
            "layers-3-fresh-0-frozen-2",
            "layers-3-fresh-1-frozen-0",
            "layers-3-fresh-1-frozen-1",
            "layers-3-fresh-1-frozen-2");
    assertThat(tried)
        .isSortedAccordingTo((a, b) -> Double.compare(a.score().error(), b.score().error()));
    assertThat(tried).allSatisfy(t -> assertThat(t.result().curve()).hasSize(4));
    Candidate.Tried upper =
        tried.stream()
            .filter(t -> t.candidate().name().equals("layers-3-fresh-1-frozen-2"))
            .findFirst()
            .orElseThrow();
    assertThat(upper.trained()).isEqualTo(24 + 15);
    assertThat(upper.candidate().settings().surgery().reinitialize()).containsExactly("hidden-3");
    String table = Files.readString(tuning.output().resolve("search/table.txt"));
    assertThat(table.lines()).hasSize(10);
    assertThat(table.lines().toList().get(1)).endsWith("best");
    assertThat(tuning.said()).contains(table);
    assertThat(tuning.output().resolve("activations/search-1/train")).doesNotExist();
  }

  /** The order of the list stays, so that a tie has one winner. */
  @Test
  void aSearchThatIsKilledGoesOnWithWhatItHasNotTried() throws IOException {
    List<Candidate.Tried> whole = searching("whole").searched();
    assertThatThrownBy(() -> searching("cut").dyingAt(4).searched()).hasRootCauseMessage("killed");
    assertThat(folder.resolve("cut/search").toFile().list((d, name) -> name.endsWith(".json")))
        .hasSize(3);
    SmallFineTuning again = searching("cut");
    List<Candidate.Tried> tried = again.searched();
    assertThat(again.said()).contains("Search: 9 candidates, 3 of them tried before.");
    assertThat(names(tried)).isEqualTo(names(whole));
    assertThat(tried)
        .extracting(t -> t.result().curve())
        .isEqualTo(whole.stream().map(t -> t.result().curve()).toList());

    SmallFineTuning third = searching("cut");
    third.searched();
    assertThat(third.said()).contains("9 of them tried before");

    Files.writeString(folder.resolve("cut/search/layers-1-fresh-0-frozen-0.json"), "{\"formatV");
    SmallFineTuning damaged = searching("cut");
    assertThat(names(damaged.searched())).isEqualTo(names(whole));
    assertThat(damaged.said()).contains("8 of them tried before");

    SmallFineTuning other = searching("cut");
    other.updater = UpdaterSettings.of("sgd", 0.1);
    other.searched();
    assertThat(other.said()).contains("0 of them tried before");
  }

  @Test
  void combinationsThatComeToTheSameAreOne() {
    SmallFineTuning tuning = searching("out");
    tuning.search =
        new SearchSettings(
            List.of(2, 3),
            List.of(0, 1),
            List.of(),
            List.of(),
            OptionalInt.of(1),
            SearchSettings.Metric.LOSS);
    assertThat(names(tuning.searched()))
        .containsExactlyInAnyOrder(
            "layers-2-fresh-0-frozen-0", "layers-1-fresh-0-frozen-0", "layers-3-fresh-0-frozen-0");
  }

  @Test
  void numbersThatTheModelDoesNotHaveAreRefused() {
    SmallFineTuning tuning = searching("out");
    tuning.search =
        new SearchSettings(
            List.of(4),
            List.of(),
            List.of(),
            List.of(),
            OptionalInt.empty(),
            SearchSettings.Metric.LOSS);
    assertThatThrownBy(tuning::searched)
        .hasMessageContaining("fine-tune.search.reuse")
        .hasMessageContaining("at most 3");
    tuning.search =
        new SearchSettings(
            List.of(),
            List.of(),
            List.of(),
            List.of(7),
            OptionalInt.empty(),
            SearchSettings.Metric.LOSS);
    assertThatThrownBy(tuning::searched).hasMessageContaining("fine-tune.search.freeze");
    tuning.search = searching("x").search;
    tuning.inputDropout = 0.1;
    assertThatThrownBy(tuning::searched)
        .hasMessageContaining("fine-tune.search.freeze")
        .hasMessageContaining("dropout.input = 0.1");
  }
}
