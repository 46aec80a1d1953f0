package dev.strata.executor.learner;

import static dev.strata.executor.layer.LayerSettings.convolution;
import static dev.strata.executor.layer.LayerSettings.dense;
import static dev.strata.executor.layer.LayerSettings.embedding;
import static dev.strata.executor.layer.LayerSettings.output;
import static dev.strata.executor.layer.LayerSettings.pooling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolutionBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
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

/** Networks of text word by word against DL4J's own steps on padded rows. */
class SequenceStackTest {
  private static final int LENGTH = 9;
  private static final int WORDS = 30;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of("vectors, mean", List.of(embedding(5), pooling("mean"))),
        Arguments.of("vectors, max", List.of(embedding(5), pooling("max"))),
        Arguments.of(
            "odd windows", List.of(embedding(5), convolution(6, 3, "tanh"), pooling("sum"))),
        Arguments.of(
            "even windows", List.of(embedding(5), convolution(6, 4, "sigmoid"), pooling("mean"))),
        Arguments.of(
            "rectified windows", List.of(embedding(5), convolution(6, 5, "relu"), pooling("max"))),
        Arguments.of(
            "windows wider than the text",
            List.of(embedding(5), convolution(6, 15, "elu"), pooling("mean"))),
        Arguments.of(
            "windows within the text",
            List.of(embedding(5), valid(6, 3), pooling("mean"), dense(7, "tanh"))),
        Arguments.of(
            "two convolutions",
            List.of(
                embedding(5),
                convolution(6, 3, "tanh"),
                convolution(4, 1, "identity"),
                pooling("max"))));
  }

  private static LayerSettings valid(int units, int kernel) {
    return LayerSettingsConvolutionBuilder.builder()
        .units(Optional.of(units))
        .kernel(Optional.of(kernel))
        .padding(Optional.of("valid"))
        .activation(Optional.of("tanh"))
        .bias(Optional.of(0.1))
        .build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void stepsAreDl4jsOwn(String name, List<LayerSettings> lower) {
    NetworkConfiguration configuration = network(lower, UpdaterSettings.of("adam", 0.01));
    try (NetworkLearner learner = new NetworkLearnerSpec(configuration).create()) {
      assertThat(DenseFastPathSupport.supports((MultiLayerNetwork) learner.model())).isTrue();
      MultiLayerNetwork stock = (MultiLayerNetwork) configuration.newModel();
      assertThat(learner.parameters().toFloatVector()).isEqualTo(stock.params().toFloatVector());
      for (int step = 0; step < 4; step++) {
        Minibatch minibatch = minibatch(6 + step, step);
        assertThat(DenseFastPathSupport.accepts((MultiLayerNetwork) learner.model(), minibatch))
            .isTrue();
        learner.counters(step, 0);
        INDArray input = minibatch.inputs()[0];
        stock.fit(input, minibatch.labels()[0], input.neq(0).castTo(input.dataType()), null);
        assertThat(learner.step(minibatch)).isCloseTo(stock.score(), within(2e-6));
      }
      close(learner.parameters(), stock.params(), 1e-4);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void gradientsAreDl4jsOwn(String name, List<LayerSettings> lower) {
    NetworkConfiguration configuration = network(lower, UpdaterSettings.of("none", 1));
    try (NetworkLearner learner = new NetworkLearnerSpec(configuration).create()) {
      MultiLayerNetwork stock = (MultiLayerNetwork) configuration.newModel();
      Minibatch minibatch = minibatch(8, 3);
      INDArray input = minibatch.inputs()[0];
      stock.fit(input, minibatch.labels()[0], input.neq(0).castTo(input.dataType()), null);
      learner.step(minibatch);
      close(learner.parameters(), stock.params(), 1e-6);
    }
  }

  @Test
  void dropoutDrawsFromTheThreadsGenerator() {
    LayerSettings dropping =
        LayerSettingsConvolutionBuilder.builder()
            .units(Optional.of(6))
            .kernel(Optional.of(3))
            .activation(Optional.of("tanh"))
            .dropout(Optional.of(0.5))
            .build();
    NetworkConfiguration configuration =
        network(
            List.of(embedding(5), dropping, pooling("mean"), LayerSettings.dropout(0.3)),
            UpdaterSettings.of("adam", 0.01));
    INDArray first = afterOneStep(configuration, 7);
    assertThat(afterOneStep(configuration, 7)).isEqualTo(first);
    assertThat(afterOneStep(configuration, 8)).isNotEqualTo(first);
  }

  private static INDArray afterOneStep(NetworkConfiguration configuration, long seed) {
    try (NetworkLearner learner = new NetworkLearnerSpec(configuration).create()) {
      assertThat(DenseFastPathSupport.supports((MultiLayerNetwork) learner.model())).isTrue();
      Nd4j.getRandom().setSeed(seed);
      learner.step(minibatch(6, 1));
      return learner.parameters().dup();
    }
  }

  @Test
  void rowsThatAreNoTextsGoTheLongWay() {
    NetworkConfiguration configuration =
        network(List.of(embedding(5), pooling("mean")), UpdaterSettings.of("adam", 0.01));
    MultiLayerNetwork model = (MultiLayerNetwork) configuration.newModel();
    Minibatch gap = minibatch(2, 1);
    gap.inputs()[0].putScalar(0, 0, 0);
    assertThat(DenseFastPathSupport.accepts(model, gap)).isFalse();
    Minibatch unknown = minibatch(2, 1);
    unknown.inputs()[0].putScalar(0, 0, WORDS);
    assertThat(DenseFastPathSupport.accepts(model, unknown)).isFalse();
  }

  private static void close(INDArray found, INDArray expected, double tolerance) {
    assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(tolerance);
  }

  private static NetworkConfiguration network(List<LayerSettings> lower, UpdaterSettings updater) {
    List<LayerSettings> layers = new ArrayList<>(lower);
    layers.add(output());
    return NetworkBuilder.build(
        NetworkSettings.of(layers, updater),
        Optional.empty(),
        NetworkInput.text(LENGTH, WORDS),
        OutputTask.classes(2),
        5);
  }

  /** Texts of 1 to 9 words. */
  private static Minibatch minibatch(int rows, int seed) {
    Random random = new Random(seed);
    float[][] ids = new float[rows][LENGTH];
    float[][] labels = new float[rows][2];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < 1 + (i + seed) % LENGTH; j++) {
        ids[i][j] = 1 + random.nextInt(WORDS - 1);
      }
      labels[i][random.nextInt(2)] = 1;
    }
    return new Minibatch(
        rows,
        new INDArray[] {Nd4j.createFromArray(ids)},
        new INDArray[] {Nd4j.createFromArray(labels)},
        new INDArray[0],
        Optional.empty());
  }
}
