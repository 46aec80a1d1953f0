package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolution2dBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The passes over images against DL4J's own step. */
class ImageFastPathTest {
  private static final OutputTask TASK = OutputTask.classes(3);

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static LayerSettings convolution(
      int filters, List<Integer> kernel, int stride, int dilation, String padding, String f) {
    return LayerSettingsConvolution2dBuilder.builder()
        .kernel(kernel)
        .stride(List.of(stride))
        .dilation(List.of(dilation))
        .filters(Optional.of(filters))
        .padding(Optional.of(padding))
        .activation(Optional.of(f))
        .build();
  }

  private static LayerSettings pooling(String function, int size, int stride, String padding) {
    return new LayerSettings.Pooling2d(
        Optional.of(function),
        List.of(size),
        List.of(stride),
        Optional.of(padding),
        Optional.empty());
  }

  static Stream<Arguments> networks() {
    ImageShape grey = new ImageShape(9, 8, 1);
    ImageShape colours = new ImageShape(7, 10, 3);
    return Stream.of(
        Arguments.of(grey, List.of(LayerSettings.convolution2d(5, 3), LayerSettings.output())),
        Arguments.of(
            colours,
            List.of(
                convolution(4, List.of(3, 2), 1, 1, "same", "tanh"),
                LayerSettings.pooling2d("max", 2),
                convolution(6, List.of(2, 3), 1, 1, "valid", "relu"),
                LayerSettings.dense(7),
                LayerSettings.output())),
        Arguments.of(
            grey,
            List.of(
                convolution(4, List.of(3), 2, 1, "same", "relu"),
                convolution(3, List.of(2), 1, 2, "same", "elu"),
                pooling("mean", 2, 1, "valid"),
                LayerSettings.output())),
        Arguments.of(
            colours,
            List.of(
                LayerSettings.batchNorm(),
                convolution(4, List.of(3), 1, 2, "valid", "identity"),
                LayerSettings.batchNorm(),
                pooling("max", 3, 2, "same"),
                LayerSettings.convolution2d(5, 3),
                LayerSettings.batchNorm(),
                LayerSettings.output())),
        Arguments.of(
            grey,
            List.of(
                LayerSettings.convolution2d(5, 3),
                LayerSettings.pooling("mean"),
                LayerSettings.dense(6),
                LayerSettings.output())),
        Arguments.of(
            grey,
            List.of(
                convolution(5, List.of(5), 3, 1, "valid", "sigmoid"),
                LayerSettings.pooling("max"),
                LayerSettings.output())));
  }

  private static NetworkConfiguration build(
      ImageShape shape, List<LayerSettings> layers, String updater) {
    NetworkSettings settings = NetworkSettings.of(layers, UpdaterSettings.of(updater, 0.05));
    return NetworkBuilder.build(
        settings, Optional.empty(), new NetworkInput(shape.length(), 0, shape), TASK, 3);
  }

  private static Minibatch minibatch(ImageShape shape, int rows, long seed) {
    Random random = new Random(seed);
    INDArray inputs = Nd4j.create(rows, shape.length());
    INDArray labels = Nd4j.zeros(rows, 3);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < shape.length(); j++) {
        inputs.putScalar(i, j, random.nextGaussian());
      }
      labels.putScalar(i, random.nextInt(3), 1);
    }
    return new Minibatch(
        rows, new INDArray[] {inputs}, new INDArray[] {labels}, new INDArray[0], Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aStepIsThatOfDl4j(ImageShape shape, List<LayerSettings> layers) {
    NetworkConfiguration network = build(shape, layers, "sgd");
    NetworkLearner learner = new NetworkLearnerSpec(network).create();
    assertThat(DenseFastPathSupport.supports((MultiLayerNetwork) learner.model())).isTrue();
    MultiLayerNetwork stock = (MultiLayerNetwork) network.newModel();
    assertThat(learner.parameters()).isEqualTo(stock.params());
    for (int step = 0; step < 4; step++) {
      Minibatch rows = minibatch(shape, step == 2 ? 5 : 11, step);
      double loss = learner.step(rows);
      stock.fit(rows.inputs()[0], rows.labels()[0]);
      assertThat(loss).isCloseTo(stock.score(), within(1e-4));
      assertThat(learner.parameters().toFloatVector())
          .as("after step %d", step + 1)
          .containsExactly(stock.params().toFloatVector(), within(2e-4f));
    }
  }

  @Test
  void manyImagesAreComputedInPieces() {
    ImageShape shape = new ImageShape(28, 28, 1);
    List<LayerSettings> layers =
        List.of(
            LayerSettings.convolution2d(8, 5),
            LayerSettings.convolution2d(4, 3),
            LayerSettings.output());
    NetworkConfiguration network = build(shape, layers, "sgd");
    NetworkLearner learner = new NetworkLearnerSpec(network).create();
    MultiLayerNetwork stock = (MultiLayerNetwork) network.newModel();
    Minibatch rows = minibatch(shape, 37, 1);
    learner.step(rows);
    stock.fit(rows.inputs()[0], rows.labels()[0]);
    assertThat(learner.parameters().toFloatVector())
        .containsExactly(stock.params().toFloatVector(), within(2e-4f));
  }

  @Test
  void dropoutFollowsTheSeedOfTheStep() {
    ImageShape shape = new ImageShape(6, 6, 1);
    List<LayerSettings> layers =
        List.of(
            LayerSettings.convolution2d(4, 3),
            LayerSettings.dropout(0.5),
            LayerSettings.convolution2d(4, 3),
            LayerSettings.output());
    NetworkConfiguration network = build(shape, layers, "adam");
    NetworkLearner learner = new NetworkLearnerSpec(network).create();
    assertThat(DenseFastPathSupport.supports((MultiLayerNetwork) learner.model())).isTrue();
    NetworkLearner other = new NetworkLearnerSpec(network).create();
    Minibatch rows = minibatch(shape, 16, 1);
    for (NetworkLearner each : List.of(learner, other)) {
      Nd4j.getRandom().setSeed(12);
      each.step(rows);
    }
    assertThat(other.parameters()).isEqualTo(learner.parameters());
    Nd4j.getRandom().setSeed(13);
    double first = learner.step(rows);
    Nd4j.getRandom().setSeed(14);
    double second = other.step(rows);
    assertThat(first).isNotEqualTo(second);
  }
}
