package dev.strata.executor.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

class MaxMarginLossTest {
  private static final IActivation IDENTITY = new ActivationIdentity();

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static INDArray column(double... values) {
    return Nd4j.createFromArray(values).reshape(values.length, 1);
  }

  /** Pairs (2, 0.5), (0.25, 0.75), (0, 1): losses 0, 1.5, 2 with margin 1; their mean 3.5 / 3. */
  @Test
  void theMeanOverPairsAsComputedByHand() {
    MaxMarginLoss loss = new MaxMarginLoss(1, 1);
    INDArray scores = column(2, 0.5, 0.25, 0.75, 0, 1);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 6, 1);

    assertThat(loss.computeScore(labels, scores, IDENTITY, null, true))
        .isCloseTo(3.5 / 3, within(1e-15));
    assertThat(loss.computeScoreArray(labels, scores, IDENTITY, null).toDoubleVector())
        .containsExactly(0, 0, 1.5, 1.5, 2, 2);
    // DL4J divides by the six rows: ∓ 2 / 6 is ∓ 1 / 3, the derivative of a mean over three pairs.
    assertThat(loss.computeGradient(labels, scores, IDENTITY, null).toDoubleVector())
        .containsExactly(0, 0, -2, 2, -2, 2);
  }

  /** One good row at 1 and bad ones at −1, 0.5 and 2: losses 0, 0.5 and 2, their mean 2.5 / 3. */
  @Test
  void severalBadRowsOfOneGoodOne() {
    MaxMarginLoss loss = new MaxMarginLoss(1, 3);
    INDArray scores = column(1, -1, 0.5, 2);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 4, 1);

    assertThat(loss.computeScore(labels, scores, IDENTITY, null, true))
        .isCloseTo(2.5 / 3, within(1e-15));
    assertThat(loss.computeGradient(labels, scores, IDENTITY, null).toDoubleVector())
        .containsExactly(new double[] {-8 / 3.0, 0, 4 / 3.0, 4 / 3.0}, within(1e-15));
  }

  @Test
  void whereTheMarginIsMetLossAndGradientAreExactlyZero() {
    MaxMarginLoss loss = new MaxMarginLoss(0.5, 1);
    // The second pair meets it just so.
    INDArray scores = column(5, 4, 1, 0.5).castTo(DataType.FLOAT);
    var both = loss.computeGradientAndScore(null, scores, IDENTITY, null, true);
    assertThat(both.getFirst()).isZero();
    assertThat(both.getSecond().toDoubleVector()).containsOnly(0.0);
  }

  @Test
  void aNetworkThatMeetsTheMarginDoesNotMove() {
    MultiLayerNetwork network = network(new MaxMarginLoss(0.5, 1), 1, true);
    INDArray input = Nd4j.createFromArray(new double[][] {{3, 1}, {-3, -1}, {2, 2}, {-2, -2}});
    network.setParams(Nd4j.ones(DataType.DOUBLE, 1, network.numParams()));
    INDArray before = network.params().dup();
    network.fit(input, Nd4j.zeros(DataType.DOUBLE, 4, 1));
    assertThat(network.score()).isZero();
    assertThat(network.params().toDoubleVector()).isEqualTo(before.toDoubleVector());
  }

  @ParameterizedTest
  @CsvSource({"1, IDENTITY", "3, IDENTITY", "1, TANH"})
  void gradientsAgreeWithDifferences(int badPerGood, Activation activation) {
    MultiLayerNetwork network = network(new MaxMarginLoss(0.7, badPerGood), 5, false, activation);
    Nd4j.getRandom().setSeed(3);
    INDArray input = Nd4j.randn(DataType.DOUBLE, 12, 5);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 12, 1);
    double[] losses =
        network
            .scoreExamples(new org.nd4j.linalg.dataset.DataSet(input, labels), false)
            .toDoubleVector();
    assertThat(losses).as("pairs on both sides of the margin").contains(0.0);
    assertThat(Arrays.stream(losses).max().orElseThrow()).isPositive();
    assertThat(
            GradientCheckUtil.checkGradients(
                new GradientCheckUtil.MLNConfig()
                    .net(network)
                    .input(input)
                    .labels(labels)
                    .epsilon(1e-6)
                    .maxRelError(1e-5)
                    .minAbsoluteError(1e-9)))
        .isTrue();
  }

  @Test
  void marginsAndGroupsThatMakeNoSenseAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new MaxMarginLoss(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new MaxMarginLoss(Double.NaN, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new MaxMarginLoss(1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new MaxMarginLoss(1, 1).computeScore(null, column(1, 2, 3), IDENTITY, null, true));
  }

  private static MultiLayerNetwork network(MaxMarginLoss loss, int units, boolean trained) {
    return network(loss, units, trained, Activation.IDENTITY);
  }

  private static MultiLayerNetwork network(
      MaxMarginLoss loss, int units, boolean trained, Activation top) {
    int inputs = trained ? 2 : 5;
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .updater(trained ? new Sgd(0.1) : new NoOp())
                .list(
                    new DenseLayer.Builder()
                        .nIn(inputs)
                        .nOut(units)
                        .activation(Activation.TANH)
                        .build(),
                    new OutputLayer.Builder(loss).nIn(units).nOut(1).activation(top).build())
                .build());
    network.init();
    return network;
  }
}
