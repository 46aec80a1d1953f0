package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.LbfgsSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Sums of gradients over minibatches, at parameters that stay. */
class FullBatchLearnerTest {
  private static final int ROWS = 11;
  private static final int WIDTH = 4;
  private static final int CLASSES = 3;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static NetworkSettings settings(LayerSettings... layers) {
    return NetworkSettingsBuilder.builder(
            NetworkSettings.of(List.of(layers), UpdaterSettings.of("l-bfgs", 0.1)))
        .l2(0.05)
        .build();
  }

  private static NetworkConfiguration build(NetworkSettings settings) {
    return NetworkBuilder.build(settings, WIDTH, OutputTask.classes(CLASSES), 1);
  }

  private static FullBatchLearner learner(NetworkSettings settings) {
    return new FullBatchSpec(new NetworkLearnerSpec(build(settings)), LbfgsSettings.DEFAULT)
        .create();
  }

  private static DataSet rows() {
    INDArray labels = Nd4j.zeros(ROWS, CLASSES);
    for (int i = 0; i < ROWS; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return new DataSet(Nd4j.rand(DataType.FLOAT, ROWS, WIDTH), labels);
  }

  private static Minibatch part(DataSet all, int from, int to) {
    INDArray[] x = {
      all.getFeatures().get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).dup()
    };
    INDArray[] y = {all.getLabels().get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).dup()};
    return new Minibatch(to - from, x, y, new INDArray[0], Optional.empty());
  }

  /** On the fast path, and with layer normalization on DL4J's. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void minibatchesOfAnySizeGiveTheGradientOfAllRows(boolean layerNorm) {
    NetworkSettings settings =
        settings(
            LayerSettingsDenseBuilder.builder()
                .units(Optional.of(6))
                .activation(Optional.of("tanh"))
                .layerNorm(Optional.of(layerNorm))
                .build(),
            LayerSettings.output());
    DataSet all = rows();
    FullBatchLearner learner = learner(settings);
    MultiLayerNetwork stock = (MultiLayerNetwork) build(settings).newModel(DataType.DOUBLE);
    stock.setParams(learner.parameters().castTo(DataType.DOUBLE));
    stock.setInput(all.getFeatures().castTo(DataType.DOUBLE));
    stock.setLabels(all.getLabels().castTo(DataType.DOUBLE));
    stock.computeGradientAndScore();
    // The mean over rows, with the gradient of l2 / 2 · Σ w² for weights.
    INDArray expected = stock.gradient().gradient().div(ROWS).reshape(-1);
    regularize(stock, expected);
    INDArray before = learner.parameters().dup();
    for (int pass = 0; pass < 2; pass++) {
      learner.counters(pass, pass);
      double loss = 0;
      for (int[] cut : new int[][] {{0, 5}, {5, 10}, {10, ROWS}}) {
        loss += learner.step(part(all, cut[0], cut[1])) * (cut[1] - cut[0]);
      }
      assertThat(loss / ROWS).isCloseTo(stock.score(), within(1e-5));
      assertThat(learner.parameters().equalsWithEps(before, 0)).isTrue();
      for (int i = 0; i < expected.length(); i++) {
        assertThat(learner.optimizerState().getDouble(i))
            .as("element %d", i)
            .isCloseTo(expected.getDouble(i), within(2e-6));
      }
    }
    assertThat(learner.layout())
        .isEqualTo(new ParameterLayout(before.length(), before.length(), List.of()));
    assertThat(learner.notices()).anyMatch(line -> line.contains("learning-rate"));
    assertThat(learner.learningRates().largest(0, 0)).isEmpty();
  }

  private static void regularize(MultiLayerNetwork network, INDArray gradient) {
    network
        .paramTable()
        .forEach(
            (name, own) -> {
              var layer = network.getLayer(name.charAt(0) - '0').conf().getLayer();
              var terms = layer.getRegularizationByParam(name.substring(2));
              if (terms != null && !terms.isEmpty()) {
                var place = NDArrayIndex.interval(own.offset(), own.offset() + own.length());
                gradient.get(place).addi(network.params().reshape(-1).get(place).mul(0.05));
              }
            });
  }

  @Test
  void whatIsNoSmoothLossIsRefused() {
    LayerSettings dense = LayerSettings.dense(5);
    assertRefused(settings(LayerSettings.dropout(0.2), dense, LayerSettings.output()), "dropout");
    assertRefused(settings(dense, LayerSettings.batchNorm(), LayerSettings.output()), "batch norm");
    NetworkSettings plain = settings(dense, LayerSettings.output());
    assertRefused(NetworkSettingsBuilder.builder(plain).l1(0.1).build(), "l1");
    assertRefused(
        NetworkSettingsBuilder.builder(plain).l2(0).weightDecay(0.1).build(), "weight-decay");
    assertRefused(NetworkSettingsBuilder.builder(plain).maxNorm(1).build(), "constraint");
    assertRefused(
        NetworkSettingsBuilder.builder(plain)
            .clipping(new ClippingSettings("element-wise", 1))
            .build(),
        "clipping");
    assertRefused(
        settings(
            LayerSettingsDenseBuilder.builder()
                .units(Optional.of(5))
                .dropConnect(Optional.of(0.2))
                .build(),
            LayerSettings.output()),
        "drop-connect");
  }

  private static void assertRefused(NetworkSettings settings, String what) {
    assertThatThrownBy(() -> learner(settings))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("network.updater.type", what, "another updater");
  }
}
