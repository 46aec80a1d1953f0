package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolution2dBuilder;
import dev.strata.executor.layer.LayerSettingsConvolutionBuilder;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.layer.RandomizedSlopes;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.LbfgsSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Slopes drawn in training, their mean at inference, and what a saved network has. */
class RandomizedReluTest {
  private static final String NAME = "randomized-relu";
  private static final double MEAN = 11.0 / 48;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  @AfterEach
  void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static LayerSettings dense(int units, boolean layerNorm) {
    return LayerSettingsDenseBuilder.builder()
        .units(Optional.of(units))
        .activation(Optional.of(NAME))
        .layerNorm(Optional.of(layerNorm))
        .build();
  }

  private static NetworkConfiguration build(
      String updater, NetworkInput input, LayerSettings... layers) {
    return NetworkBuilder.build(
        NetworkSettings.of(List.of(layers), UpdaterSettings.of(updater, 0.1)),
        Optional.empty(),
        input,
        OutputTask.classes(3),
        7);
  }

  private static NetworkConfiguration plain(LayerSettings... layers) {
    return build("sgd", NetworkInput.numbers(4), layers);
  }

  private static INDArray labels(DataType type) {
    INDArray labels = Nd4j.zeros(type, 6, 3);
    for (int row = 0; row < 6; row++) {
      labels.putScalar(row, row % 3, 1);
    }
    return labels;
  }

  @Test
  void slopesAreUniformAndTheGradientTakesThem() {
    RandomizedRelu activation = new RandomizedRelu();
    Nd4j.getRandom().setSeed(5);
    INDArray z = Nd4j.randn(DataType.DOUBLE, 200, 50);
    INDArray values = activation.getActivation(z.dup(), true);
    INDArray gradient = activation.backprop(z, Nd4j.onesLike(z).muli(2)).getFirst();
    double sum = 0;
    double squares = 0;
    int below = 0;
    for (int i = 0; i < z.length(); i++) {
      double x = z.getDouble(i);
      double slope = values.getDouble(i) / x;
      assertThat(gradient.getDouble(i)).isCloseTo(2 * slope, within(1e-12));
      if (x >= 0) {
        assertThat(slope).isEqualTo(1);
      } else {
        assertThat(slope).isBetween(1.0 / 8 - 1e-12, 1.0 / 3);
        sum += slope;
        squares += (slope - MEAN) * (slope - MEAN);
        below++;
      }
    }
    double variance = Math.pow(1.0 / 3 - 1.0 / 8, 2) / 12;
    assertThat(sum / below).isCloseTo(MEAN, within(5 * Math.sqrt(variance / below)));
    assertThat(squares / below).isCloseTo(variance, within(0.05 * variance));
    INDArray still = activation.getActivation(z.dup(), false);
    for (int i = 0; i < z.length(); i++) {
      double x = z.getDouble(i);
      assertThat(still.getDouble(i)).isCloseTo(x >= 0 ? x : MEAN * x, within(1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dense", "layer-norm", "image", "text"})
  void networksHaveTheRightGradient(String kind) {
    LayerSettings output = LayerSettings.output();
    NetworkConfiguration network =
        switch (kind) {
          case "image" ->
              build(
                  "none",
                  new NetworkInput(12, 0, new ImageShape(3, 4, 1)),
                  LayerSettingsConvolution2dBuilder.builder()
                      .kernel(List.of(2))
                      .stride(List.of())
                      .dilation(List.of())
                      .filters(Optional.of(2))
                      .activation(Optional.of(NAME))
                      .build(),
                  output);
          case "text" ->
              build(
                  "none",
                  new NetworkInput(5, 9),
                  new LayerSettings.Embedding(
                      Optional.of(3),
                      Optional.empty(),
                      Optional.of(0.5),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty()),
                  LayerSettingsConvolutionBuilder.builder()
                      .units(Optional.of(4))
                      .kernel(Optional.of(2))
                      .activation(Optional.of(NAME))
                      .build(),
                  new LayerSettings.Pooling(Optional.of("mean"), Optional.empty()),
                  output);
          default ->
              build(
                  "none",
                  NetworkInput.numbers(4),
                  dense(5, kind.equals("layer-norm")),
                  dense(4, false),
                  output);
        };
    MultiLayerNetwork model =
        (MultiLayerNetwork)
            new NetworkLearnerSpec(network).create(DataType.DOUBLE, head -> {}).model();
    INDArray rows = Nd4j.linspace(DataType.DOUBLE, 0.3, 0.37, 72).reshape(6, 12);
    rows = Transforms.sin(rows.mul(7), true).addi(0.013);
    if (kind.equals("text")) {
      rows = Nd4j.createFromArray(3, 1, 4, 1, 5, 8, 2, 6, 5, 3, 5, 8, 7, 1, 2).reshape(3, 5);
      rows = Nd4j.vstack(rows, rows.add(0)).castTo(DataType.DOUBLE);
    } else if (!kind.equals("image")) {
      rows = rows.getColumns(0, 1, 2, 3);
    }
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    boolean right =
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(model)
                .epsilon(1e-6)
                .maxRelError(1e-4)
                .minAbsoluteError(1e-8)
                .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                .subset(true)
                .maxPerParam(8)
                .input(rows)
                .callEachIter(own -> Nd4j.getRandom().setSeed(12))
                .labels(labels(DataType.DOUBLE))
                .excludeParams(Set.of()));
    assertThat(right).isTrue();
  }

  /** The fast path draws the same slopes as DL4J's fit with the same activation. */
  @Test
  void stepsOfTheFastPathAreThoseOfFit() {
    NetworkConfiguration network = plain(dense(5, false), dense(4, false), LayerSettings.output());
    NetworkLearner fast = new NetworkLearnerSpec(network).create();
    assertThat(fast.fitReason()).isEmpty();
    MultiLayerNetwork fitted = (MultiLayerNetwork) network.newModel();
    RightGradients.install(fitted, network);
    INDArray rows = Nd4j.rand(DataType.FLOAT, 6, 4).subi(0.5);
    INDArray[] x = {rows};
    INDArray[] y = {labels(DataType.FLOAT)};
    for (int step = 1; step < 6; step++) {
      Nd4j.getRandom().setSeed(step);
      fast.step(new Minibatch(6, x, y, new INDArray[0], Optional.empty()));
      Nd4j.getRandom().setSeed(step);
      fitted.fit(rows, y[0]);
    }
    assertThat(fast.parameters().toFloatVector())
        .containsExactly(fitted.params().toFloatVector(), within(1e-6f));
    NetworkLearner other = new NetworkLearnerSpec(network).create();
    for (int step = 0; step < 5; step++) {
      Nd4j.getRandom().setSeed(100 + step);
      other.step(new Minibatch(6, x, y, new INDArray[0], Optional.empty()));
    }
    assertThat(other.parameters().toFloatVector()).isNotEqualTo(fast.parameters().toFloatVector());
  }

  /** Stock DL4J reads a leaky relu of the mean; Strata knows it again by its last bit. */
  @Test
  void theSavedNetworkIsAStockLeakyRelu() {
    NetworkConfiguration network = plain(dense(5, false), LayerSettings.output());
    assertThat(network.json()).doesNotContain("dev.strata", "RReLU");
    MultiLayerNetwork read =
        new MultiLayerNetwork(MultiLayerConfiguration.fromJson(network.json()));
    read.init();
    var activation =
        ((org.deeplearning4j.nn.conf.layers.DenseLayer) read.getLayer(0).conf().getLayer())
            .getActivationFn();
    assertThat(RandomizedSlopes.are(activation)).isTrue();
    assertThat((float) ((ActivationLReLU) activation).getAlpha()).isEqualTo((float) MEAN);
    assertThat(RandomizedSlopes.are(new ActivationLReLU(MEAN))).isFalse();
    INDArray rows = Nd4j.rand(DataType.FLOAT, 6, 4).subi(0.5);
    INDArray hidden = rows.mmul(read.getParam("0_W")).addiRowVector(read.getParam("0_b"));
    assertThat(floats(read.feedForward(rows).get(1)))
        .containsExactly(
            floats(new ActivationLReLU(MEAN).getActivation(hidden, false)), within(1e-6f));
    NetworkLearner learner = new NetworkLearnerSpec(network).create();
    MultiLayerNetwork model = (MultiLayerNetwork) learner.model();
    assertThat(floats(model.output(rows)))
        .containsExactly(floats(read.output(rows)), within(1e-6f));
    MultiLayerNetwork still = new NetworkLearnerSpec(network).withoutDropout(model.params());
    assertThat(still.feedForward(rows, true).get(1))
        .isEqualTo(still.feedForward(rows, true).get(1));
    assertThat(floats(model.feedForward(rows, true).get(1)))
        .isNotEqualTo(floats(model.feedForward(rows, true).get(1)));
  }

  private static float[] floats(INDArray array) {
    return array.reshape(-1).toFloatVector();
  }

  @Test
  void outputsAndFullBatchesHaveNoRandomSlopes() {
    LayerSettings output =
        new LayerSettings.Output(
            Optional.empty(),
            Optional.of("mse"),
            Optional.of(NAME),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThatThrownBy(() -> plain(output))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("network.layers[0].activation", NAME, "leaky-relu");
    NetworkConfiguration network = plain(dense(5, false), LayerSettings.output());
    assertThatThrownBy(
            () ->
                new FullBatchSpec(new NetworkLearnerSpec(network), LbfgsSettings.DEFAULT).create())
        .hasMessageContaining(NAME);
  }
}
