package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.LbfgsSettings;
import dev.strata.executor.optimizer.ScheduleOffset;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.ScheduleSettingsBuilder;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.step.StepSettings;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Steps of networks with residual blocks: what Strata does to layers it does within blocks. */
class ResidualLearnerTest {
  private static final int IN = 5;
  private static final int ROWS = 9;
  private static final INDArray[] NONE = {};
  private static final UpdaterSettings PLAIN = UpdaterSettings.of("none", 1);

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static NetworkSettings settings(UpdaterSettings updater, LayerSettings... layers) {
    return NetworkSettings.of(List.of(layers), updater);
  }

  private static NetworkConfiguration build(NetworkSettings settings) {
    return NetworkBuilder.build(settings, IN, OutputTask.classes(3), 3);
  }

  private static NetworkConfiguration network(UpdaterSettings updater, LayerSettings block) {
    return build(settings(updater, block, LayerSettings.output()));
  }

  private static Minibatch rows(DataType type) {
    Nd4j.getRandom().setSeed(101);
    INDArray labels = Nd4j.zeros(type, ROWS, 3);
    for (int i = 0; i < ROWS; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    INDArray[] inputs = {Nd4j.randn(type, ROWS, IN)};
    return new Minibatch(ROWS, inputs, new INDArray[] {labels}, NONE, Optional.empty());
  }

  private static LayerSettings dense(double dropConnect, double maxNorm) {
    return LayerSettingsDenseBuilder.builder()
        .units(Optional.of(IN))
        .activation(Optional.of("tanh"))
        .dropConnect(Optional.of(dropConnect))
        .maxNorm(Optional.of(maxNorm))
        .build();
  }

  @Test
  void runningStatisticsWithinABlockArePooled() {
    LayerSettings block =
        LayerSettings.residual(1, LayerSettings.dense(IN, "tanh"), LayerSettings.batchNorm());
    NetworkLearner learner = new NetworkLearnerSpec(network(PLAIN, block)).create();
    int first = IN * IN + IN + 2 * IN;
    assertThat(learner.layout().statistics())
        .containsExactly(new PooledStatistics(first, first + IN, IN, true));
  }

  private static LayerSettings normalized(int units) {
    return LayerSettingsDenseBuilder.builder()
        .units(Optional.of(units))
        .activation(Optional.of("tanh"))
        .layerNorm(Optional.of(true))
        .build();
  }

  /** Every kind of layer within blocks, at the input and above others. */
  @ParameterizedTest
  @CsvSource({"1, 0", "1, 0.01", "0.5, 0", "0.5, 0.01"})
  void stepsAreThoseOfFitButForRounding(double survival, double l2) {
    LayerSettings wide =
        LayerSettings.residual(
            survival,
            LayerSettings.dense(7, "tanh"),
            LayerSettings.dropout(0.2),
            normalized(6),
            new LayerSettings.Prelu(Optional.of(0.1), Optional.empty()),
            LayerSettings.batchNorm(),
            LayerSettings.dense(IN, "elu"));
    NetworkSettings settings =
        NetworkSettingsBuilder.builder(
                settings(
                    UpdaterSettings.of("adam", 0.01),
                    wide,
                    LayerSettings.batchNorm(),
                    LayerSettings.residual(survival, LayerSettings.dense(IN, "relu")),
                    wide,
                    LayerSettings.output()))
            .l2(l2)
            .build();
    NetworkConfiguration network = build(settings);
    NetworkLearner learner = new NetworkLearnerSpec(network).create();
    assertThat(learner.fitReason()).isEmpty();
    MultiLayerNetwork expected = (MultiLayerNetwork) network.newModel();
    assertThat(learner.parameters()).isEqualTo(expected.params());
    Minibatch minibatch = rows(DataType.FLOAT);
    for (int step = 0; step < 6; step++) {
      expected.setIterationCount(step);
      learner.counters(step, 0);
      Nd4j.getRandom().setSeed(1 + step);
      expected.fit(minibatch.inputs()[0], minibatch.labels()[0]);
      Nd4j.getRandom().setSeed(1 + step);
      double score = learner.step(minibatch);
      assertThat(score).isEqualTo(expected.score(), within(1e-4));
      INDArray apart = learner.parameters().sub(expected.params());
      assertThat(apart.amaxNumber().doubleValue()).as("step %d", step).isLessThan(1e-4);
    }
  }

  /** Dropout alone tells no width: the layer above the block does. */
  @Test
  void aBlockOfDropoutAtTheInputTrains() {
    NetworkSettings settings =
        settings(
            UpdaterSettings.of("sgd", 0.1),
            LayerSettings.residual(1, LayerSettings.dropout(0.2)),
            LayerSettings.dense(4),
            LayerSettings.output());
    NetworkLearner learner = new NetworkLearnerSpec(build(settings)).create();
    assertThat(learner.fitReason()).isEmpty();
    assertThat(learner.step(rows(DataType.FLOAT))).isPositive();
  }

  /** Columns far from 0, as raw numbers are: against the same step in float64. */
  @ParameterizedTest
  @ValueSource(doubles = {1e3, 1e6})
  void batchNormalizationKeepsItsPrecisionFarFromZero(double mean) {
    NetworkSettings settings =
        settings(
            UpdaterSettings.of("sgd", 0.1),
            LayerSettings.batchNorm(),
            LayerSettings.dense(4, "tanh"),
            LayerSettings.output());
    NetworkConfiguration network = build(settings);
    Minibatch single = rows(DataType.FLOAT);
    INDArray far = Transforms.round(single.inputs()[0].mul(5), true).addi(mean);
    NetworkLearner learner = new NetworkLearnerSpec(network).create();
    NetworkLearner wide = new NetworkLearnerSpec(network).create(DataType.DOUBLE, model -> {});
    wide.parameters().assign(learner.parameters().castTo(DataType.DOUBLE));
    INDArray start = wide.parameters().dup();
    INDArray[] labels = single.labels();
    learner.step(new Minibatch(ROWS, new INDArray[] {far}, labels, NONE, Optional.empty()));
    wide.step(
        new Minibatch(
            ROWS,
            new INDArray[] {far.castTo(DataType.DOUBLE)},
            new INDArray[] {labels[0].castTo(DataType.DOUBLE)},
            NONE,
            Optional.empty()));
    int statistics = 2 * IN;
    for (int i = 0; i < start.length(); i++) {
      double expected = wide.parameters().getDouble(i);
      // The running mean is itself of the size of the columns.
      boolean running = i >= statistics && i < 2 * statistics;
      double tolerance = running ? 1e-6 * (1 + Math.abs(expected)) : 2e-6;
      assertThat(learner.parameters().getDouble(i))
          .as("%d", i)
          .isEqualTo(expected, within(tolerance));
    }
  }

  @Test
  void blocksOfOtherLayersAreLeftToFit() {
    LayerSettings block =
        LayerSettings.residual(
            1,
            LayerSettings.dense(2 * IN),
            new LayerSettings.Maxout(Optional.of(2), Optional.empty()),
            LayerSettings.dense(IN));
    NetworkLearner learner = new NetworkLearnerSpec(network(PLAIN, block)).create();
    assertThat(learner.fitReason()).hasValueSatisfying(why -> assertThat(why).contains("maxout-1"));
  }

  @Test
  void longWeightsWithinABlockAreShortened() {
    LayerSettings block = LayerSettings.residual(1, dense(0, 0.3), dense(0, 0));
    NetworkLearner learner = new NetworkLearnerSpec(network(PLAIN, block)).create();
    learner.step(rows(DataType.FLOAT));
    MultiLayerNetwork model = (MultiLayerNetwork) learner.model();
    assertThat(model.getParam("0_0.W").norm2(0).maxNumber().doubleValue())
        .isEqualTo(0.3, within(1e-5));
    assertThat(model.getParam("0_1.W").norm2(0).maxNumber().doubleValue()).isGreaterThan(0.5);
  }

  /** Dropped weights have no gradient, and are there again after the step. */
  @Test
  void weightsWithinABlockAreDropped() {
    NetworkConfiguration network = network(PLAIN, LayerSettings.residual(1, dense(0.4, 0)));
    NetworkLearner learner = new NetworkLearnerSpec(network).create();
    INDArray before = ((MultiLayerNetwork) learner.model()).getParam("0_0.W").dup();
    learner.step(rows(DataType.FLOAT));
    INDArray after = ((MultiLayerNetwork) learner.model()).getParam("0_0.W");
    long still = after.eq(before).castTo(DataType.INT).sumNumber().longValue();
    assertThat(still).isBetween(3L, 17L);
    assertThat(after.eq(0).any()).isFalse();
  }

  /**
   * DL4J's own gradient of elu with that alpha is wrong: Strata's is put in place within blocks.
   */
  @Test
  void activationsWithinABlockHaveTheRightGradient() {
    LayerSettings elu =
        LayerSettingsDenseBuilder.builder()
            .units(Optional.of(IN))
            .activation(Optional.of("elu"))
            .alpha(Optional.of(0.5))
            .build();
    NetworkConfiguration network = network(PLAIN, LayerSettings.residual(1, elu));
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      NetworkLearner learner = new NetworkLearnerSpec(network).create(DataType.DOUBLE, model -> {});
      Minibatch minibatch = rows(DataType.DOUBLE);
      INDArray start = learner.parameters().dup();
      MultiLayerNetwork model = (MultiLayerNetwork) network.newModel(DataType.DOUBLE);
      learner.step(minibatch);
      INDArray gradient = start.sub(learner.parameters());
      for (int i = 0; i < IN * IN; i++) {
        double slope =
            (score(model, start, minibatch, i, 1e-5) - score(model, start, minibatch, i, -1e-5))
                / 2e-5;
        assertThat(gradient.getDouble(i)).isEqualTo(slope, within(1e-7));
      }
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }

  private static double score(
      MultiLayerNetwork model, INDArray start, Minibatch minibatch, int index, double by) {
    model.params().assign(start);
    model.params().putScalar(index, start.getDouble(index) + by);
    model.setInput(minibatch.inputs()[0]);
    model.setLabels(minibatch.labels()[0]);
    model.computeGradientAndScore();
    return model.score();
  }

  /** A phase whose iteration starts at 0 takes the rates that a schedule has later. */
  @Test
  void schedulesWithinABlockAreMoved() {
    ScheduleSettings halved =
        ScheduleSettingsBuilder.builder(ScheduleSettings.none())
            .type("exponential")
            .gamma(0.5)
            .build();
    NetworkSettings settings =
        NetworkSettingsBuilder.builder(
                settings(
                    UpdaterSettings.of("sgd", 0.5),
                    LayerSettings.residual(1, LayerSettings.dense(IN)),
                    LayerSettings.output()))
            .schedule(halved)
            .build();
    NetworkConfiguration network = build(settings);
    NetworkLearner moved =
        new NetworkLearnerSpec(network, new ScheduleOffset(3, 1), StepSettings.STOCK).create();
    moved.counters(0, 0);
    NetworkLearner later = new NetworkLearnerSpec(network).create();
    later.counters(3, 1);
    NetworkLearner first = new NetworkLearnerSpec(network).create();
    first.counters(0, 0);
    for (NetworkLearner learner : List.of(moved, later, first)) {
      learner.step(rows(DataType.FLOAT));
    }
    assertThat(moved.parameters()).isEqualTo(later.parameters()).isNotEqualTo(first.parameters());
  }

  @Test
  void lbfgsTakesPlainBlocksAlone() {
    LayerSettings dense = LayerSettings.dense(IN);
    full(LayerSettings.residual(1, dense)).create().close();
    assertThatThrownBy(() -> full(LayerSettings.residual(0.9, dense)).create())
        .hasMessageContainingAll("stochastic depth", "residual-1");
    assertThatThrownBy(() -> full(LayerSettings.residual(1, dense(0.1, 0))).create())
        .hasMessageContainingAll("drop-connect", "residual-1");
    assertThatThrownBy(
            () -> full(LayerSettings.residual(1, dense, LayerSettings.batchNorm())).create())
        .hasMessageContaining("batch normalization");
  }

  private static FullBatchSpec full(LayerSettings block) {
    NetworkLearnerSpec spec = new NetworkLearnerSpec(network(UpdaterSettings.of("sgd", 1), block));
    return new FullBatchSpec(spec, LbfgsSettings.DEFAULT);
  }
}
