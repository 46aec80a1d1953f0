package dev.strata.driver.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.models.PretrainedLayer;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerHistory;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.autoencoder.InputNoise;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.UnsupervisedLearner;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.rbm.RbmSettingsBuilder;
import dev.strata.executor.rbm.RbmSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class PretrainingTest {
  @TempDir Path folder;

  private static UnrollPlan unrolled() {
    return new UnrollPlan(
        Optional.empty(), InputNoise.none(), 0, SmallStack.phase("adam", 0.02, 0));
  }

  /** Commits of the whole run: 3 rounds in each of 2 · 3 epochs, and one for each phase. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 6, 8, 12})
  void aRunKilledAnywhereAndRepeatedGivesTheSameBytes(int commit) {
    SmallStack whole = new SmallStack(folder, "whole");
    whole.unroll = Optional.of(unrolled());
    SmallStack killed = new SmallStack(folder, "killed").dyingAt(commit);
    killed.unroll = whole.unroll;
    assertThatThrownBy(killed::run).hasMessageContaining("killed");
    SmallStack again = new SmallStack(folder, "killed").resuming();
    again.unroll = whole.unroll;
    PretrainedStack resumed = again.run();
    assertThat(bytes(resumed)).containsExactly(bytes(whole.run()));
    assertThat(resumed.resumedFromRound().isPresent()).isEqualTo(commit > 1);
    assertThat(again.output().resolve("activations")).doesNotExist();
    assertThat(again.output().resolve("checkpoints/layer-1")).doesNotExist();
  }

  @Test
  void unitsThatSayNothingAreReportedOnceWithTheRemedy() {
    SmallStack stack = new SmallStack(folder, "saturated");
    LayerPlan low = new LayerPlan("low", 6, SmallStack.machine(), SmallStack.phase("sgd", 50, 0));
    stack.layers = List.of(low, stack.layers.get(1));
    stack.epochs = 3;
    stack.run();
    assertThat(stack.said())
        .containsOnlyOnce("units of low say nothing after epoch 1")
        .contains("on 80 training rows")
        .contains("set pretrain.layers[0].centered = true.");
    SmallStack healthy = new SmallStack(folder, "healthy");
    healthy.run();
    assertThat(healthy.said()).doesNotContain("say nothing");
  }

  @Test
  void aFinishedLayerIsNotTrainedAgain() throws IOException {
    SmallStack first = new SmallStack(folder, "out").dyingAt(7);
    assertThatThrownBy(first::run).hasMessageContaining("killed");
    assertThat(first.output().resolve("layers/layer-1")).isDirectory();
    SmallStack again = new SmallStack(folder, "out").resuming();
    again.run();
    assertThat(again.said()).contains("Already finished: low.").doesNotContain("Layer 1 of 2");
    String history = Files.readString(again.output().resolve("history.jsonl"));
    assertThat(history.lines().filter(l -> l.contains("\"phase\":\"layer-1\"")))
        .hasSameSizeAs(history.lines().filter(l -> l.contains("\"phase\":\"layer-2\"")).toList());
  }

  /** The upper layer sees what the encoder of the lower one gives. */
  @Test
  void anUpperLayersRowsAreTheOutputOfTheLayersBelow() {
    SmallStack stack = new SmallStack(folder, "out").heldBack(folder);
    stack.keepActivations = true;
    PretrainedStack trained = stack.run();
    Configuration hadoop = new Configuration();
    String kept = stack.output().resolve("activations/layer-1/train").toString();
    ShardSet activations = ManifestFile.open(hadoop, kept);
    var network = (MultiLayerNetwork) trained.model(UpdaterSettings.of("sgd", 0.1), 7).newModel();
    INDArray input = rows(hadoop, stack.rows);
    assertThat(rows(hadoop, activations).distance2(network.feedForward(input, false).get(1)))
        .isLessThan(1e-5);
    assertThat(stack.output().resolve("activations/layer-1/validation/manifest.json")).exists();
  }

  @Test
  void whatIsMeasuredOnRowsHeldBackIsNotedAndStopsALayer() {
    SmallStack stack = new SmallStack(folder, "out").heldBack(folder);
    stack.epochs = 40;
    stack.layers =
        List.of(
            new LayerPlan("low", 6, SmallStack.denoising(), SmallStack.phase("adam", 0.5, 2)),
            stack.layers.get(1));
    PretrainedStack trained = stack.run();
    PretrainedLayer low = trained.phases().get(0);
    assertThat(low.stoppedEarly()).isTrue();
    assertThat(low.epochs()).isLessThan(40);
    assertThat(low.metrics()).containsKeys("loss", "cross-entropy", "relative-error");
    assertThat(trained.phases().get(1).metrics())
        .containsKeys("free-energy", "training-free-energy", "free-energy-gap");
    assertThat(trained.phases().get(1).epochs()).isEqualTo(40);
    assertThat(trained.heldBack()).containsKeys("loss", "relative-error");
    assertThat(low.metrics().get("loss"))
        .as("of the best parameters, which early stopping keeps")
        .isLessThan(
            History.read(RunFolder.of(new Configuration(), stack.output().toString())).stream()
                .filter(e -> e.phase().equals("layer-1") && e.validationLoss().isPresent())
                .reduce((first, second) -> second)
                .orElseThrow()
                .validationLoss()
                .get());
    assertThat(trained.epochs()).isEqualTo(low.epochs() + 40);
  }

  /** Few rows, which an RBM soon knows better than others. */
  private SmallStack overfitting(String output) {
    SmallStack stack = new SmallStack(folder, output).heldBack(folder);
    stack.rows = TestShards.patterns(folder.resolve("few"), 3, SmallStack.WIDTH, 8, 8);
    stack.epochs = 12;
    stack.layers =
        List.of(
            new LayerPlan(
                "low",
                12,
                SmallStack.machine(),
                SmallStack.phase("adam", 0.5, 2, "free-energy-gap", 0.15)));
    return stack;
  }

  @Test
  void aMachineStopsOnceItsFreeEnergyGapHasRisenWhereverItIsKilled() {
    SmallStack stack = overfitting("whole");
    PretrainedStack whole = stack.run();
    PretrainedLayer low = whole.phases().get(0);
    List<HistoryEntry> rounds =
        History.read(RunFolder.of(new Configuration(), stack.output().toString()));
    List<Double> gaps = rounds.stream().map(e -> e.metrics().get("free-energy-gap")).toList();
    int last = gaps.size() - 1;
    assertThat(low.stoppedEarly()).as("%s", gaps).isTrue();
    assertThat(last).as("%s", gaps).isBetween(4, 10);
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= last; i++) {
      lowest = Math.min(lowest, gaps.get(i));
      assertThat(gaps.get(i) <= lowest + 0.15)
          .as("validation %d of %s", i, gaps)
          .isEqualTo(i < last - 1);
    }
    assertThat(low.metrics().get("free-energy-gap")).isEqualTo(gaps.get(last - 2));
    assertThat(rounds)
        .allSatisfy(
            e ->
                assertThat(e.metrics().get("free-energy-gap"))
                    .isEqualTo(
                        e.metrics().get("free-energy") - e.metrics().get("training-free-energy")));
    assertThat(stack.said())
        .contains("in 2 validations in a row free-energy-gap was more than 0.1500 above");
    for (int commit : new int[] {2, last, last + 1}) {
      String output = "killed-" + commit;
      SmallStack killed = overfitting(output).dyingAt(commit);
      assertThatThrownBy(killed::run).hasMessageContaining("killed");
      SmallStack again = overfitting(output).resuming();
      PretrainedStack resumed = again.run();
      assertThat(bytes(resumed)).containsExactly(bytes(whole));
      assertThat(resumed.phases().get(0).metrics()).isEqualTo(low.metrics());
      assertThat(History.read(RunFolder.of(new Configuration(), again.output().toString())))
          .extracting(HistoryEntry::metrics)
          .isEqualTo(rounds.stream().map(HistoryEntry::metrics).toList());
    }
  }

  /** The first rows, whatever blocks and tasks they are in. */
  @Test
  void theGapIsThatOfAsManyTrainingRows() {
    var spec =
        new RbmSpec(
            SmallStack.WIDTH,
            5,
            RbmSettings.of("binary", "binary"),
            SmallStack.phase("sgd", 0.1, 0).update(),
            1);
    StateVector parameters;
    try (UnsupervisedLearner learner = spec.create()) {
      learner.parameters().muli(100);
      parameters = StateVector.of(learner.parameters());
    }
    ShardSet held = TestShards.patterns(folder.resolve("held"), 4, SmallStack.WIDTH, 15, 10);
    ShardSet first = TestShards.patterns(folder.resolve("first"), 3, SmallStack.WIDTH, 25);
    ShardSet few = TestShards.patterns(folder.resolve("three"), 3, SmallStack.WIDTH, 30, 30, 20);
    ShardSet many = TestShards.patterns(folder.resolve("four"), 3, SmallStack.WIDTH, 8, 20, 32, 20);
    double expected = gaps(spec, parameters, first, held, 1).get("training-free-energy");
    Map<String, Double> found = gaps(spec, parameters, few, held, 1);
    assertThat(found.get("training-free-energy")).isCloseTo(expected, within(1e-5));
    assertThat(found.get("free-energy-gap")).isEqualTo(found.get("free-energy") - expected);
    assertThat(gaps(spec, parameters, few, held, 3)).as("tasks").isEqualTo(found);
    assertThat(gaps(spec, parameters, many, held, 2).get("training-free-energy"))
        .as("blocks")
        .isCloseTo(expected, within(1e-5));
  }

  private static Map<String, Double> gaps(
      RbmSpec spec, StateVector parameters, ShardSet trained, ShardSet held, int tasks) {
    return new HeldOutValidator(SmallStack.spark(), spec, trained, held, tasks)
        .validate(parameters);
  }

  @Test
  void aLayersMeasuresAreThoseOfTheParametersThatAreKept() {
    SmallStack stack = new SmallStack(folder, "out").heldBack(folder);
    stack.epochs = 6;
    stack.layers =
        List.of(new LayerPlan("low", 6, SmallStack.denoising(), SmallStack.phase("adam", 0.5, 0)));
    PretrainedStack trained = stack.run();
    // One layer is the whole stack.
    assertThat(trained.phases().get(0).metrics().get("loss"))
        .isCloseTo(trained.heldBack().get("loss"), within(1e-9));
  }

  /**
   * The machine sees rows over their deviation; the network that is saved takes them as they are.
   */
  @ParameterizedTest
  @ValueSource(strings = {RbmSettings.BINARY, RbmSettings.RECTIFIED})
  void aGaussianMachinesNetworkMeasuresWhatTheMachineDoes(String hidden) {
    SmallStack stack = new SmallStack(folder, "out").heldBack(folder);
    RbmSettings settings =
        RbmSettingsBuilder.builder(RbmSettings.of(RbmSettings.GAUSSIAN, hidden))
            .visibleDeviation(0.4)
            .build();
    stack.layers =
        List.of(new LayerPlan("low", 6, new RbmModel(settings), SmallStack.phase("adam", 0.05, 0)));
    PretrainedStack trained = stack.run();
    assertThat(trained.phases().get(0).metrics().get("squared-error"))
        .isCloseTo(trained.heldBack().get("squared-error"), within(1e-6));
  }

  /** What is followed while a Gaussian machine trains is what its saved layer gives. */
  @Test
  void aGaussianMachinesOutputsAreFollowedAsTheNextLayerGetsThem() {
    SmallStack stack = new SmallStack(folder, "out");
    RbmSettings settings = RbmSettings.of(RbmSettings.GAUSSIAN, RbmSettings.BINARY);
    stack.layers =
        List.of(
            new LayerPlan("low", 6, new RbmModel(settings), SmallStack.phase("adam", 0.05, 0)),
            new LayerPlan("top", 4, SmallStack.denoising(), SmallStack.phase("adam", 0.05, 0)));
    stack.keepActivations = true;
    stack.followsLayers = true;
    stack.run();
    assertThat(settings.visibleDeviation()).isNotEqualTo(1);
    Configuration hadoop = new Configuration();
    List<LayerEntry> entries =
        LayerHistory.read(RunFolder.of(hadoop, stack.output().toString())).stream()
            .filter(entry -> entry.phase().equals("layer-1"))
            .toList();
    double followed =
        entries.get(entries.size() - 1).layers().get(0).outputs().orElseThrow().mean();
    ShardSet outputs =
        ManifestFile.open(hadoop, stack.output().resolve("activations/layer-1/train").toString());
    assertThat(followed).isCloseTo(rows(hadoop, outputs).meanNumber().doubleValue(), within(1e-5));
  }

  /** A layer's decoder, put into the learner it came from, gives back what the learner gives. */
  @Test
  void theDecoderLeadsBackAsTheLearnerDoes() {
    SmallStack stack = new SmallStack(folder, "out");
    stack.layers = stack.layers.subList(0, 1);
    PretrainedStack trained = stack.run();
    INDArray input = rows(new Configuration(), stack.rows);
    AutoencoderSettings settings = ((AutoencoderModel) SmallStack.denoising()).settings();
    var spec =
        new AutoencoderSpec(
            SmallStack.WIDTH, 6, settings.withTied(false), stack.layers.get(0).phase().update(), 1);
    try (UnsupervisedLearner learner = spec.create()) {
      Vectors.concatenate(List.of(trained.parameters(), trained.decoder().parameters()))
          .copyTo(learner.parameters());
      INDArray expected = learner.reconstruct(input).dup();
      var encoder = (MultiLayerNetwork) trained.model(UpdaterSettings.of("sgd", 0.1), 7).newModel();
      var decoder =
          (MultiLayerNetwork)
              trained.decoder().network().newModel(trained.decoder().parameters().toFloats());
      INDArray found = decoder.output(encoder.output(input));
      assertThat(found.distance2(expected)).isCloseTo(0, within(1e-5));
    }
  }

  @Test
  void otherRowsThanThoseOfAFinishedLayerAreRefused() {
    SmallStack first = new SmallStack(folder, "out").dyingAt(9);
    assertThatThrownBy(first::run).hasMessageContaining("killed");
    ShardSet changed = TestShards.patterns(folder.resolve("changed"), 99, SmallStack.WIDTH, 30, 30);
    FinishedLayers finished =
        new FinishedLayers(
            RunFolder.of(new Configuration(), first.output().toString()), notice -> {});
    assertThatThrownBy(() -> finished.find("layer-1", changed.manifestSha256()))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("the data has changed since the run finished low");
    assertThat(finished.find("layer-1", first.rows.manifestSha256())).isPresent();
  }

  private static INDArray rows(Configuration hadoop, ShardSet set) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    EpochOrder order = EpochOrder.sequential(manifest, 0, 1, 2, 3);
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      return reader.read(order, 0, (int) manifest.rows()).inputs()[0].dup();
    }
  }

  private static byte[] bytes(PretrainedStack stack) {
    StateVector all =
        Vectors.concatenate(List.of(stack.parameters(), stack.decoder().parameters()));
    StringBuilder text = new StringBuilder();
    for (float value : all.toFloats()) {
      text.append(Float.floatToRawIntBits(value)).append(' ');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
