package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.FractionalPooling;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.FullBatchSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.optimizer.LbfgsSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ImageShape;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Fractional max pooling: its windows, its gradient, its place in DL4J's JSON. */
class FractionalPoolingTest {
  private static final ImageShape SHAPE = new ImageShape(10, 7, 2);

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  @AfterEach
  void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static LayerSettings.Pooling2d pooling(int size, double ratio) {
    return new LayerSettings.Pooling2d(
        Optional.of("fractional-max"),
        List.of(size),
        List.of(),
        Optional.empty(),
        Optional.of(ratio),
        Optional.empty());
  }

  private static NetworkConfiguration build(LayerSettings... layers) {
    return NetworkBuilder.build(
        NetworkSettings.of(List.of(layers), UpdaterSettings.of("none", 1)),
        Optional.empty(),
        new NetworkInput(SHAPE.length(), 0, SHAPE),
        OutputTask.classes(3),
        42);
  }

  private static MultiLayerNetwork network(NetworkConfiguration configuration) {
    return (MultiLayerNetwork) configuration.newModel();
  }

  private static INDArray rows(DataType type) {
    INDArray rows = Nd4j.linspace(type, 0.3, 0.37, 6L * SHAPE.length());
    return Transforms.sin(rows.reshape(6, SHAPE.length()).mul(7), true);
  }

  /** u = ½: 10 pixels to 7 windows (see WindowStartsTest), 7 pixels to 4: α = 5/3. */
  @Test
  void atInferenceEachNumberIsTheLargestOfItsWindow() {
    MultiLayerNetwork model = network(build(pooling(2, 0.7), LayerSettings.output()));
    INDArray rows = rows(DataType.FLOAT);
    INDArray found = model.feedForward(rows, false).get(1);
    assertThat(found.shape()).containsExactly(6, 2, 7, 4);
    int[] tops = {0, 2, 3, 4, 6, 7, 8};
    int[] lefts = {0, 2, 4, 5};
    for (int row = 0; row < 6; row++) {
      for (int channel = 0; channel < 2; channel++) {
        for (int i = 0; i < tops.length; i++) {
          for (int j = 0; j < lefts.length; j++) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int y = tops[i]; y < tops[i] + 2; y++) {
              for (int x = lefts[j]; x < lefts[j] + 2; x++) {
                largest = Math.max(largest, rows.getFloat(row, (y * 7 + x) * 2 + channel));
              }
            }
            assertThat(found.getFloat(row, channel, i, j)).isEqualTo(largest);
          }
        }
      }
    }
    assertThat(model.feedForward(rows, false).get(1)).isEqualTo(found);
  }

  @Test
  void inTrainingWindowsAreDrawnForEachMinibatch() {
    NetworkConfiguration configuration = build(pooling(2, 0.7), LayerSettings.output());
    MultiLayerNetwork model = network(configuration);
    INDArray rows = rows(DataType.FLOAT);
    Set<INDArray> seen = new HashSet<>();
    for (int seed = 1; seed <= 20; seed++) {
      Nd4j.getRandom().setSeed(seed);
      INDArray one = model.feedForward(rows, true).get(1);
      Nd4j.getRandom().setSeed(seed);
      assertThat(model.feedForward(rows, true).get(1)).isEqualTo(one);
      seen.add(one);
    }
    assertThat(seen).hasSizeGreaterThan(3);
    MultiLayerNetwork still = configuration.withoutDropout(model.params());
    assertThat(still.feedForward(rows, true).get(1)).isEqualTo(model.feedForward(rows).get(1));
  }

  @Test
  void theGradientIsRight() {
    NetworkConfiguration configuration =
        build(
            LayerSettings.convolution2d(3, 2),
            pooling(3, 0.6),
            pooling(2, 0.5),
            LayerSettings.output());
    var model = (MultiLayerNetwork) configuration.newModel(DataType.DOUBLE);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 6, 3);
    for (int row = 0; row < 6; row++) {
      labels.putScalar(row, row % 3, 1);
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
                .maxPerParam(12)
                .input(rows(DataType.DOUBLE))
                .callEachIter(own -> Nd4j.getRandom().setSeed(12))
                .labels(labels));
    assertThat(right).isTrue();
  }

  /** The one class of Strata's in a network. */
  @Test
  void jsonNamesTheLayerAndItsSettings() {
    NetworkConfiguration configuration = build(pooling(3, 0.6), LayerSettings.output());
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(configuration.json());
    assertThat(read.toJson()).isEqualTo(configuration.json());
    var layer = (FractionalPooling) read.getConf(0).getLayer();
    assertThat(layer).isEqualTo(network(configuration).getLayer(0).conf().getLayer());
    assertThat(List.of(layer.getWindowHeight(), layer.getWindowWidth())).containsExactly(3, 3);
    assertThat(layer.getRatio()).isEqualTo(0.6);
    assertThat(layer.getLayerName()).isEqualTo("pooling-2d-1");
    assertThat(configuration.json()).contains("dev.strata.executor.layer.FractionalPooling");
  }

  @Test
  void badSettingsAreReportedTogether() {
    LayerSettings bad =
        new LayerSettings.Pooling2d(
            Optional.of("fractional-max"),
            List.of(2),
            List.of(2),
            Optional.of("same"),
            Optional.of(1.0),
            Optional.empty());
    assertThatThrownBy(() -> build(bad, LayerSettings.output()))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll(
            "network.layers[0].ratio", "network.layers[0].stride", "network.layers[0].padding");
    assertThatThrownBy(() -> build(pooling(3, 0.95), LayerSettings.output()))
        .hasMessageContainingAll(
            "network.layers[0].ratio", "windows of 3", "a pixel or more apart");
    LayerSettings ratio =
        new LayerSettings.Pooling2d(
            Optional.of("max"),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.of(0.5),
            Optional.empty());
    assertThatThrownBy(() -> build(ratio, LayerSettings.output()))
        .hasMessageContainingAll("network.layers[0].ratio", "fractional-max");
    LayerSettings none =
        new LayerSettings.Pooling2d(
            Optional.of("fractional-max"),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThatThrownBy(() -> build(none, LayerSettings.output()))
        .hasMessageContainingAll("network.layers[0].ratio; found: nothing");
    NetworkConfiguration configuration = build(pooling(2, 0.7), LayerSettings.output());
    assertThatThrownBy(
            () ->
                new FullBatchSpec(new NetworkLearnerSpec(configuration), LbfgsSettings.DEFAULT)
                    .create())
        .hasMessageContaining("fractional pooling");
  }
}
