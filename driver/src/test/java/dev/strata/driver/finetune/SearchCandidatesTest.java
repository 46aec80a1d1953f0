package dev.strata.driver.finetune;

import static dev.strata.driver.finetune.SmallFineTuning.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.surgery.LayerChoice;
import dev.strata.executor.surgery.LayerRates;
import dev.strata.executor.surgery.SurgerySettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchCandidatesTest {
  @TempDir private Path folder;

  private SmallFineTuning searching(String output) {
    return SmallFineTuning.searching(folder, output);
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
            SearchSettings.Metric.LOSS,
            0,
            1);
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
            SearchSettings.Metric.LOSS,
            0,
            1);
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
            SearchSettings.Metric.LOSS,
            0,
            1);
    assertThatThrownBy(tuning::searched).hasMessageContaining("fine-tune.search.freeze");
    tuning.search = searching("x").search;
    tuning.inputDropout = 0.1;
    assertThatThrownBy(tuning::searched)
        .hasMessageContaining("fine-tune.search.freeze")
        .hasMessageContaining("dropout.input = 0.1");
  }

  @Test
  void candidatesTakeWhatIsSaidOfTheLayersThatTheyHave() {
    SmallFineTuning tuning = searching("out");
    tuning.search = lists(List.of(0, 1), List.of(0, 1));
    tuning.rates = new LayerRates(1, 1, Map.of("hidden-3", 0.5));
    tuning.surgery =
        new SurgerySettings(
            LayerChoice.ALL,
            0,
            List.of("hidden-2"),
            Map.of("hidden-3", LayerSettings.dense(6, "tanh")));
    assertThat(names(tuning.searched()))
        .containsExactlyInAnyOrder(
            "layers-3-fresh-1-frozen-0",
            "layers-3-fresh-1-frozen-1",
            "layers-2-fresh-1-frozen-0",
            "layers-2-fresh-1-frozen-1");
  }

  @Test
  void numbersThatFitNoCombinationAreToldBeforeAnythingIsTrained() {
    SmallFineTuning tuning = searching("out");
    tuning.surgery = new SurgerySettings(LayerChoice.ALL, 0, List.of("hidden-1"), Map.of());
    tuning.search = lists(List.of(0), List.of(0, 1));
    assertThatThrownBy(tuning::searched)
        .hasMessageContaining("fine-tune.search.freeze")
        .hasMessageContaining("found: 1")
        .hasMessageContaining("only layers below hidden-1, which is reinitialized");
    tuning.surgery = SurgerySettings.NONE;
    tuning.search = lists(List.of(0, 2), List.of());
    tuning.freeze = "hidden-2";
    assertThatThrownBy(tuning::searched)
        .hasMessageContaining("fine-tune.search.drop-top")
        .hasMessageContaining("found: 2")
        .hasMessageContaining("one of the layers hidden-1");
    assertThat(tuning.said()).isEmpty();
  }

  @Test
  void settingsThatCandidatesCouldNotFollowAreRefused() {
    SmallFineTuning tuning = searching("out");
    tuning.surgery = SurgerySettings.of(LayerChoice.renamed(Map.of("hidden-1", "edges")));
    assertThatThrownBy(tuning::searched)
        .hasMessageContaining("fine-tune.search.reuse")
        .hasMessageContaining("selects layers by name");
    tuning.surgery = SurgerySettings.NONE;
    tuning.search = lists(List.of(0, 1), List.of());
    tuning.freeze = "1";
    tuning.inputDropout = 0.1;
    tuning.cached = false;
    assertThatThrownBy(tuning::searched)
        .hasMessageContaining("fine-tune.freeze")
        .hasMessageContaining("from epoch to epoch");
  }

  private static SearchSettings lists(List<Integer> dropTop, List<Integer> freeze) {
    return new SearchSettings(
        List.of(),
        dropTop,
        List.of(),
        freeze,
        OptionalInt.empty(),
        SearchSettings.Metric.ERROR,
        0,
        1);
  }
}
