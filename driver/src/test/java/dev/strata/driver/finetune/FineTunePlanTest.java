package dev.strata.driver.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingPhaseBuilder;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.surgery.LayerRates;
import dev.strata.executor.surgery.SurgerySettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class FineTunePlanTest {
  private static final int WIDTH = 6;
  private static final int CLASSES = 3;
  private static final NetworkSettings SGD =
      NetworkSettings.of(
          List.of(LayerSettings.dense(4, "tanh"), LayerSettings.output()),
          UpdaterSettings.of("sgd", 0.1));

  @TempDir private Path folder;

  /** A hidden layer of 7, then batch normalisation with statistics of its own, then 5 classes. */
  private static ModelBundle bundle() {
    return bundle(TestNetworks.dropoutAndBatchNorm(WIDTH, 5, new Adam(0.01)));
  }

  private static ModelBundle bundle(NetworkConfiguration network) {
    StateVector parameters = StateVector.of(network.newModel().params());
    for (long i = 0; i < parameters.length(); i++) {
      parameters.set(i, parameters.get(i) + 0.01f * (i % 13));
    }
    return new ModelBundle(
        "/runs/first/model",
        new TrainedModel(network, parameters, StateVector.zeros(0), 3, 1),
        null,
        null);
  }

  private static FineTunePlan plan(int freeze, double dropout) {
    return plan(bundle(), freeze, dropout);
  }

  private static FineTunePlan plan(ModelBundle bundle, int freeze, double dropout) {
    return FineTunePlan.of(
        bundle, SGD, settings(freeze, dropout), OutputTask.classes(CLASSES), 3, 9, "model");
  }

  private static FineTuneSettings settings(int freeze, double dropout) {
    return FineTuneSettingsBuilder.builder()
        .surgery(SurgerySettings.NONE)
        .reuseOutput(false)
        .freeze(Integer.toString(freeze))
        .thaw(List.of())
        .rates(LayerRates.EQUAL)
        .inputDropout(0)
        .hiddenDropout(dropout)
        .cacheFrozen(true)
        .keepActivations(false)
        .search(SearchSettings.NONE)
        .unlabelled(UnlabelledSettings.NONE)
        .build();
  }

  private FrozenOutputs outputs(FineTunePlan plan) {
    FineTunePhase phase = plan.first();
    return new FrozenOutputs(
        spark(), phase.cut().orElseThrow(), phase.frozen(plan.start()), hadoop("frozen"));
  }

  @Test
  void trainingStartsFromTheModelWithFreshLayersOnTop() {
    FineTunePlan plan = plan(0, 0.5);
    ModelBundle from = bundle();
    long reused = WIDTH * 7 + 7 + 4 * 7;
    assertThat(plan.start().part(0, reused).toFloats())
        .isEqualTo(from.model().parameters().part(0, reused).toFloats());
    float[] fresh = plan.network().newModel().params().dup().reshape(-1).toFloatVector();
    assertThat(plan.start().toFloats())
        .endsWith(Arrays.copyOfRange(fresh, (int) reused, fresh.length));
    assertThat(plan.first().trained()).isEqualTo(plan.network());
    assertThat(plan.first().frozen(plan.start()).length()).isZero();
    assertThat(plan.reused().count()).isEqualTo(2);
    assertThat(plan.parentSha256()).isEqualTo(from.model().sha256());
  }

  private static FineTunePlan withOutput(int classes, List<LayerSettings> top) {
    FineTuneSettings settings =
        FineTuneSettingsBuilder.builder(settings(0, 0)).reuseOutput(true).build();
    return FineTunePlan.of(
        bundle(),
        NetworkSettings.of(top, UpdaterSettings.of("sgd", 0.1)),
        settings,
        OutputTask.classes(classes),
        3,
        9,
        "model");
  }

  @Test
  void theModelsOutputLayerIsReusedOnAllOfItsLayers() {
    assertThat(withOutput(5, List.of(LayerSettings.output())).start().toFloats())
        .isEqualTo(bundle().model().parameters().toFloats());
    assertThat(withOutput(5, List.of()).start().toFloats())
        .isEqualTo(bundle().model().parameters().toFloats());
  }

  @Test
  void anotherOutputLayerIsNotReused() {
    assertThatThrownBy(() -> withOutput(CLASSES, List.of()))
        .hasMessageContaining("fine-tune.reuse-output")
        .hasMessageContaining("the same number of outputs");
    List<LayerSettings> deeper = List.of(LayerSettings.dense(4, "tanh"), LayerSettings.output());
    assertThatThrownBy(() -> withOutput(5, deeper))
        .hasMessageContaining("fine-tune.reuse-output")
        .hasMessageContaining("no new layer");
  }

  @Test
  void onWhatIsComputedOnceTheUpperLayersTrainAsInTheWholeNetwork() {
    ShardSet rows =
        TestShards.clusters(folder.resolve("rows"), 3, WIDTH, CLASSES, false, 21, 30, 9);
    ModelBundle model = bundle(TestNetworks.plain(WIDTH, 5, new Adam(0.01)));
    FineTunePlan plan = plan(model, 1, 0.5);
    FineTunePhase phase = plan.first();
    Map<String, ShardSet> outputs = outputs(plan).of(Map.of("train", rows));
    StateVector cached =
        phase.whole(
            plan.start(),
            trained(phase.trained(), phase.trained(plan.start()), outputs.get("train")));

    StateVector uncached = trained(lowestStandsStill(plan.network()), plan.start(), rows);
    assertThat(cached.toFloats()).containsExactly(uncached.toFloats(), within(1e-6f));
    assertThat(cached.part(0, phase.frozen(plan.start()).length()).chunks())
        .as("frozen parameters, byte by byte")
        .isDeepEqualTo(model.model().parameters().part(0, WIDTH * 7 + 7L).chunks());
    assertThat(cached.part(WIDTH * 7 + 7L, 7 * 4).toFloats())
        .isNotEqualTo(plan.start().part(WIDTH * 7 + 7L, 7 * 4).toFloats());
  }

  @Test
  void outputsAreUsedAgainAndRemovedInTheEnd() {
    ShardSet rows = TestShards.clusters(folder.resolve("rows"), 3, WIDTH, CLASSES, false, 21, 30);
    FineTunePlan plan = plan(1, 0);
    FrozenOutputs frozen = outputs(plan);
    Map<String, ShardSet> first = frozen.of(Map.of("train", rows));
    assertThat(outputs(plan).of(Map.of("train", rows))).isEqualTo(first);
    assertThat(folder.resolve("frozen/train/manifest.json")).exists();
    frozen.discard();
    assertThat(folder.resolve("frozen/train/manifest.json")).doesNotExist();
    assertThat(rows.folder()).isNotEqualTo(first.get("train").folder());
    assertThat(Files.exists(folder.resolve("rows/manifest.json"))).isTrue();
  }

  @Test
  void moreFrozenLayersThanThereAreAreRefused() {
    assertThatThrownBy(() -> plan(3, 0))
        .hasMessageContaining("fine-tune.freeze")
        .hasMessageContaining("at most 2");
  }

  /** The same network whose lowest layer does not move, whatever its gradient. */
  private static NetworkConfiguration lowestStandsStill(NetworkConfiguration network) {
    MultiLayerConfiguration own = MultiLayerConfiguration.fromJson(network.json());
    ((BaseLayer) own.getConf(0).getLayer()).setIUpdater(new Sgd(0));
    MultiLayerNetwork model = new MultiLayerNetwork(own);
    model.init();
    return NetworkConfiguration.of(model);
  }

  private static StateVector trained(
      NetworkConfiguration network, StateVector start, ShardSet rows) {
    NetworkLearnerSpec spec = new NetworkLearnerSpec(network);
    try (NetworkLearner learner = spec.create()) {
      AveragingPhase phase =
          AveragingPhaseBuilder.builder()
              .name("supervised")
              .title("test")
              .learner(spec)
              .layout(learner.layout())
              .shards(rows)
              .plan(EpochPlan.of(ManifestFile.read(new Configuration(), rows), 2, 4, 2))
              .shuffleWindow(2)
              .epochs(3)
              .seed(5)
              .build();
      TrainingState begin = TrainingState.beginning(0, start, StateVector.zeros(0), 2, false);
      AveragingSettings settings =
          new AveragingSettings(
              2, AveragingSettings.OptimizerState.AVERAGE, 1L << 30, OuterSettings.NONE);
      return new AveragingTrainer(spark(), settings)
          .train(phase, begin, (state, outcome, ended) -> true)
          .parameters();
    }
  }

  private static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  private org.apache.hadoop.fs.Path hadoop(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
  }
}
