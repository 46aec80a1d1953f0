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
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Gradients of networks of text in float64, on texts of different lengths. */
class SequenceGradientTest {
  private static final int LENGTH = 6;
  private static final int WORDS = 7;

  /** Texts of 6, 3 and 1 words; one has a word twice. */
  private static final double[][] IDS = {
    {2, 3, 2, 4, 5, 6}, {6, 1, 3, 0, 0, 0}, {4, 0, 0, 0, 0, 0}
  };

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of("mean", List.of(embedding(3), pooling("mean"))),
        Arguments.of("sum", List.of(embedding(3), pooling("sum"))),
        Arguments.of(
            "windows, max", List.of(embedding(3), convolution(4, 3, "tanh"), pooling("max"))),
        Arguments.of(
            "even windows, mean",
            List.of(embedding(3), convolution(4, 2, "sigmoid"), pooling("mean"))),
        Arguments.of("valid", List.of(embedding(3), valid(4, 3), pooling("sum"))),
        Arguments.of("whole text", List.of(embedding(3), valid(4, LENGTH), pooling("mean"))),
        Arguments.of(
            "two convolutions and a dense layer",
            List.of(
                embedding(3),
                convolution(4, 3, "tanh"),
                convolution(3, 1, "tanh"),
                pooling("mean"),
                dense(4, "tanh"))));
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
  void isTheSlopeOfTheLoss(String name, List<LayerSettings> lower) {
    NetworkLearner learner = learner(lower);
    INDArray parameters = learner.parameters();
    parameters.assign(Nd4j.randn(parameters.dataType(), parameters.shape()).mul(0.5));
    INDArray start = parameters.dup();
    learner.step(minibatch());
    INDArray gradient = start.sub(parameters);
    double step = 1e-5;
    for (long i = 0; i < start.length(); i++) {
      double slope = (loss(learner, start, i, step) - loss(learner, start, i, -step)) / (2 * step);
      assertThat(gradient.getDouble(i)).as("element " + i).isCloseTo(slope, within(1e-8));
    }
    assertThat(gradient.norm2Number().doubleValue()).isGreaterThan(1e-3);
  }

  @Test
  void paddingHasNoPartInAnything() {
    NetworkLearner learner =
        learner(List.of(embedding(3), convolution(4, 3, "tanh"), pooling("max")));
    INDArray parameters = learner.parameters();
    INDArray start = parameters.dup();
    double loss = loss(learner, start, 0, 0);
    learner.step(minibatch());
    INDArray vectors = ((MultiLayerNetwork) learner.model()).getLayer(0).getParam("W");
    parameters.assign(start);
    vectors.putRow(0, Nd4j.valueArrayOf(new long[] {3}, 9.0, DataType.DOUBLE));
    assertThat(learner.step(minibatch())).isEqualTo(loss);
    assertThat(vectors.getRow(0).toDoubleVector()).containsExactly(9, 9, 9);
  }

  private static double loss(NetworkLearner learner, INDArray start, long element, double step) {
    INDArray parameters = learner.parameters();
    parameters.assign(start);
    parameters.putScalar(element, start.getDouble(element) + step);
    double loss = learner.step(minibatch());
    parameters.assign(start);
    return loss;
  }

  private static NetworkLearner learner(List<LayerSettings> lower) {
    List<LayerSettings> layers = new ArrayList<>(lower);
    layers.add(output());
    UpdaterSettings gradient = UpdaterSettings.of("none", 1);
    MultiLayerNetwork network =
        (MultiLayerNetwork)
            NetworkBuilder.build(
                    NetworkSettings.of(layers, gradient),
                    Optional.empty(),
                    NetworkInput.text(LENGTH, WORDS),
                    OutputTask.classes(2),
                    5)
                .newModel(DataType.DOUBLE);
    return new NetworkLearner(new NetworkLearner.Layers(network));
  }

  private static Minibatch minibatch() {
    return new Minibatch(
        3,
        new INDArray[] {Nd4j.createFromArray(IDS)},
        new INDArray[] {Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}, {1, 0}})},
        new INDArray[0],
        Optional.empty());
  }
}
