package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.shard.Minibatch;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The law of weights: a row of weight n counts as n rows. */
class RowWeightedLossTest {
  private static final double RATE = 0.5;

  static Stream<Arguments> networks() {
    return Stream.of(
            new Object[] {LossFunction.MCXENT, Activation.SOFTMAX},
            new Object[] {LossFunction.MSE, Activation.IDENTITY},
            new Object[] {LossFunction.XENT, Activation.SIGMOID})
        .flatMap(
            kind -> {
              LossFunction loss = (LossFunction) kind[0];
              Activation activation = (Activation) kind[1];
              return Stream.of(
                  arguments("dense", loss, () -> layers(loss, activation, false)),
                  arguments("layer norm", loss, () -> layers(loss, activation, true)),
                  arguments("graph", loss, () -> graph(loss, activation)));
            });
  }

  private static Arguments arguments(
      String name, LossFunction loss, Supplier<NetworkLearner> learner) {
    return Arguments.of(name + " " + loss, learner);
  }

  private static NetworkLearner layers(LossFunction loss, Activation activation, boolean norm) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base().list().layer(hidden(norm)).layer(output(loss, activation)).build());
    network.init();
    return new NetworkLearner(new NetworkLearner.Layers(network));
  }

  private static NetworkLearner graph(LossFunction loss, Activation activation) {
    ComputationGraph network =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", hidden(false), "in")
                .addLayer("out", output(loss, activation), "hidden")
                .setOutputs("out")
                .build());
    network.init();
    return new NetworkLearner(new NetworkLearner.Graph(network));
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(RATE));
  }

  private static DenseLayer hidden(boolean norm) {
    return new DenseLayer.Builder()
        .nIn(4)
        .nOut(5)
        .activation(Activation.TANH)
        .hasLayerNorm(norm)
        .build();
  }

  private static OutputLayer output(LossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).nIn(5).nOut(3).activation(activation).build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void aRowOfWeightTwoIsTwoRows(String name, Supplier<NetworkLearner> maker) {
    INDArray one = Nd4j.create(new float[][] {{1, -2, 0.5f, 3}});
    INDArray other = Nd4j.create(new float[][] {{-1, 0.3f, 2, 1}});
    INDArray first = Nd4j.create(new float[][] {{0, 1, 0}});
    INDArray second = Nd4j.create(new float[][] {{0, 0, 1}});
    INDArray weights = Nd4j.create(new float[][] {{2}, {1}});
    NetworkLearner weighted = maker.get();
    NetworkLearner repeated = maker.get();
    float[] start = weighted.parameters().toFloatVector();

    double weightedLoss =
        weighted.step(
            rows(Nd4j.concat(0, one, other), Nd4j.concat(0, first, second), Optional.of(weights)));
    double repeatedLoss =
        repeated.step(
            rows(
                Nd4j.concat(0, one, one, other),
                Nd4j.concat(0, first, first, second),
                Optional.empty()));

    // Sums over rows are equal; means divide by 2 and by 3 rows.
    assertThat(2 * weightedLoss).isCloseTo(3 * repeatedLoss, within(1e-5));
    float[] found = weighted.parameters().toFloatVector();
    float[] expected = repeated.parameters().toFloatVector();
    double moved = 0;
    for (int i = 0; i < start.length; i++) {
      double byWeight = 2 * (found[i] - start[i]);
      double byRepetition = 3 * (expected[i] - start[i]);
      assertThat(byWeight).as("parameter %d", i).isCloseTo(byRepetition, within(2e-5));
      moved = Math.max(moved, Math.abs(byWeight));
    }
    assertThat(moved).isGreaterThan(0.01);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void weightsDoNotStayForTheNextRows(String name, Supplier<NetworkLearner> maker) {
    INDArray row = Nd4j.create(new float[][] {{1, -2, 0.5f, 3}});
    INDArray label = Nd4j.create(new float[][] {{0, 1, 0}});
    NetworkLearner both = maker.get();
    both.step(rows(row, label, Optional.of(Nd4j.create(new float[][] {{0}}))));
    NetworkLearner plain = maker.get();
    assertThat(both.parameters().toFloatVector())
        .as("weight 0 moves nothing")
        .isEqualTo(plain.parameters().toFloatVector());
    both.step(rows(row, label, Optional.empty()));
    plain.step(rows(row, label, Optional.empty()));
    assertThat(both.parameters().toFloatVector()).isEqualTo(plain.parameters().toFloatVector());
  }

  private static Minibatch rows(INDArray inputs, INDArray labels, Optional<INDArray> weights) {
    return new Minibatch(
        (int) inputs.size(0),
        new INDArray[] {inputs},
        new INDArray[] {labels},
        new INDArray[0],
        weights);
  }
}
