package dev.strata.driver.finetune;

import static dev.strata.driver.finetune.SmallFineTuning.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;

class FineTuneSearchTest {
  @TempDir private Path folder;

  private SmallFineTuning searching(String output) {
    return SmallFineTuning.searching(folder, output);
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
    assertThat(again.said()).contains("Search: 9 candidates, 3 of them already done.");
    assertThat(names(tried)).isEqualTo(names(whole));
    assertThat(tried)
        .extracting(t -> t.result().curve())
        .isEqualTo(whole.stream().map(t -> t.result().curve()).toList());

    SmallFineTuning third = searching("cut");
    third.searched();
    assertThat(third.said()).contains("9 of them already done");

    Files.writeString(folder.resolve("cut/search/layers-1-fresh-0-frozen-0.json"), "{\"formatV");
    SmallFineTuning damaged = searching("cut");
    assertThat(names(damaged.searched())).isEqualTo(names(whole));
    assertThat(damaged.said()).contains("8 of them already done");

    SmallFineTuning other = searching("cut");
    other.updater = UpdaterSettings.of("sgd", 0.1);
    other.searched();
    assertThat(other.said()).contains("0 of them already done");
  }

  /** What an earlier attempt computed for candidates that are finished is left to nobody. */
  @Test
  void outputsOfFrozenLayersThatAKilledSearchLeftAreRemoved() {
    assertThatThrownBy(() -> searching("cut").dyingAt(9).searched()).hasRootCauseMessage("killed");
    assertThat(folder.resolve("cut/activations/search-1/train")).exists();
    SmallFineTuning again = searching("cut");
    again.searched();
    assertThat(again.said()).contains("8 of them already done");
    assertThat(folder.resolve("cut/activations")).doesNotExist();
  }

  /** What was chosen has begun to be trained: more epochs of that choose nothing anew. */
  @Test
  void aSearchKeepsTheEpochsThatItWasBegunWith() {
    SmallFineTuning tuning = searching("out");
    tuning.search = lists(List.of(0, 1), List.of(0, 1));
    tuning.epochs = 2;
    List<Candidate.Tried> tried = tuning.searched();
    SmallFineTuning longer = searching("out");
    longer.search = tuning.search;
    longer.epochs = 5;
    assertThat(longer.searched()).isEqualTo(tried);
    assertThat(longer.said()).contains("4 of them already done");
  }

  /** No number is the best one. */
  @Test
  void aSearchOfWhichNothingConvergedIsToldSo() throws IOException {
    SmallFineTuning tuning = searching("out");
    tuning.search = lists(List.of(0, 1), List.of());
    tuning.updater = UpdaterSettings.of("sgd", 1e39);
    assertThatThrownBy(tuning::searched)
        .hasMessageContaining("diverged")
        .hasMessageContaining("network.updater.learning-rate");
    assertThat(folder.resolve("out/search/table.txt")).content().contains("NaN");
    SmallFineTuning again = searching("out");
    again.search = tuning.search;
    again.updater = tuning.updater;
    assertThatThrownBy(again::searched).hasMessageContaining("diverged");
    assertThat(again.said()).contains("2 of them already done");
  }

  /** It can be applied, so that the network is built, and not be trained. */
  @SuppressWarnings("serial")
  static final class Untrainable extends ActivationTanH {
    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
      throw new IllegalStateException("cannot be trained");
    }
  }

  /** Whatever is wrong with one candidate, the others are found out and the best is trained. */
  @Test
  void aCandidateThatFailsIsTheWorstAndTriedAgain() throws IOException {
    SmallFineTuning tuning = searching("out");
    tuning.search = lists(List.of(0, 1), List.of(1));
    tuning.model = untrainable();
    List<Candidate.Tried> tried = tuning.searched();
    assertThat(names(tried))
        .containsExactly("layers-2-fresh-0-frozen-1", "layers-3-fresh-0-frozen-1");
    assertThat(tuning.said()).contains("layers-3-fresh-0-frozen-1 failed:", "cannot be trained");
    assertThat(Files.readAllLines(tuning.output().resolve("search/table.txt")).get(2))
        .contains("NaN")
        .endsWith("failed");
    SmallFineTuning again = searching("out");
    again.search = tuning.search;
    again.model = tuning.model;
    again.searched();
    assertThat(again.said()).contains("1 of them already done");
    again.search = lists(List.of(0), List.of(1));
    assertThatThrownBy(again::searched)
        .hasMessageContaining("every candidate")
        .hasMessageContaining("cannot be trained");
  }

  private static ModelBundle untrainable() {
    ModelBundle model = SmallFineTuning.bundle();
    MultiLayerConfiguration layers =
        ((MultiLayerNetwork) model.model().network().newModel()).getLayerWiseConfigurations();
    ((DenseLayer) layers.getConf(2).getLayer()).setActivationFn(new Untrainable());
    MultiLayerNetwork network = new MultiLayerNetwork(layers);
    network.init();
    TrainedModel changed =
        new TrainedModel(
            NetworkConfiguration.of(network),
            model.model().parameters(),
            StateVector.zeros(0),
            3,
            1);
    return new ModelBundle("/runs/first/model", changed, null, null);
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
