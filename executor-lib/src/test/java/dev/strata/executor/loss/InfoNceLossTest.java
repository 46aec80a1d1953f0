package dev.strata.executor.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class InfoNceLossTest {
  private static final IActivation IDENTITY = new ActivationIdentity();

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static double loss(double temperature, INDArray points) {
    return new InfoNceLoss(temperature).computeScore(null, points, IDENTITY, null, true);
  }

  private static INDArray gradient(double temperature, INDArray points) {
    return new InfoNceLoss(temperature).computeGradient(null, points.dup(), IDENTITY, null);
  }

  private static INDArray random(int rows, int width) {
    Nd4j.getRandom().setSeed(3);
    return Nd4j.randn(DataType.DOUBLE, rows, width);
  }

  /** Rows (1, 0), (0, 2) and copies (3, 0), (1, 1): similarities 1, √½ and 0, √½. */
  @Test
  void theMeanOverRowsAsComputedByHand() {
    INDArray points = Nd4j.createFromArray(new double[][] {{1, 0}, {3, 0}, {0, 2}, {1, 1}});
    double half = Math.sqrt(0.5);
    double first = -Math.log(Math.exp(1) / (Math.exp(1) + Math.exp(half)));
    double second = -Math.log(Math.exp(half) / (1 + Math.exp(half)));
    assertThat(loss(1, points)).isCloseTo((first + second) / 2, within(1e-15));
    CopySimilarities similarities = CopySimilarities.of(points);
    assertThat(similarities.losses(1)).containsExactly(new double[] {first, second}, within(1e-15));
    assertThat(similarities.retrieved()).isEqualTo(2);
    double cold = -Math.log(1 / (1 + Math.exp(-half / 0.1)));
    assertThat(similarities.losses(0.1)[1]).isCloseTo(cold, within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 128})
  void equalPointsHaveTheLogarithmOfTheRows(int rows) {
    INDArray points = Nd4j.ones(DataType.DOUBLE, 2 * rows, 3).muli(0.7);
    assertThat(loss(0.5, points)).isCloseTo(Math.log(rows), within(1e-12));
    assertThat(CopySimilarities.of(points).retrieved()).isCloseTo(1, within(1e-12));
    assertThat(gradient(0.5, points).norm2Number().doubleValue()).isLessThan(1e-12);
  }

  @Test
  void theOrderOfThePairsChangesNothing() {
    INDArray points = random(12, 4);
    int[] order = {6, 7, 0, 1, 10, 11, 4, 5, 2, 3, 8, 9};
    INDArray turned = points.getRows(order);
    assertThat(loss(0.3, turned)).isCloseTo(loss(0.3, points), within(1e-12));
    assertThat(gradient(0.3, turned).equalsWithEps(gradient(0.3, points).getRows(order), 1e-12))
        .isTrue();
  }

  @Test
  void theLengthsOfThePointsChangeNothing() {
    INDArray points = random(8, 3);
    INDArray longer = points.mulColumnVector(Nd4j.linspace(DataType.DOUBLE, 0.5, 1, 8));
    assertThat(loss(0.7, longer)).isCloseTo(loss(0.7, points), within(1e-12));
    // So the gradient has no part along the point.
    double[] along = gradient(0.7, points).mul(points).sum(1).toDoubleVector();
    assertThat(along).containsExactly(new double[8], within(1e-12));
  }

  @Test
  void aPointWithoutDirectionHasNoGradient() {
    INDArray points = random(6, 3);
    points.putRow(1, Nd4j.zeros(DataType.DOUBLE, 3));
    assertThat(loss(1, points)).isFinite();
    INDArray gradient = gradient(1, points);
    assertThat(gradient.getRow(1).toDoubleVector()).containsOnly(0);
    assertThat(gradient.norm2Number().doubleValue()).isPositive().isFinite();
  }

  @Test
  void rowsHaveTheLossOfTheirPairAndSinglePrecisionAgrees() {
    INDArray points = random(6, 4);
    InfoNceLoss loss = new InfoNceLoss(0.5);
    double[] each = loss.computeScoreArray(null, points, IDENTITY, null).toDoubleVector();
    double[] pairs = CopySimilarities.of(points).losses(0.5);
    assertThat(each).containsExactly(pairs[0], pairs[0], pairs[1], pairs[1], pairs[2], pairs[2]);
    INDArray floats = points.castTo(DataType.FLOAT);
    var both = loss.computeGradientAndScore(null, floats, IDENTITY, null, true);
    assertThat(both.getFirst()).isCloseTo(loss(0.5, points), within(1e-6));
    assertThat(both.getSecond().castTo(DataType.DOUBLE).equalsWithEps(gradient(0.5, points), 1e-5))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1, IDENTITY", "0.1, IDENTITY", "0.5, TANH"})
  void gradientsAgreeWithDifferences(double temperature, Activation activation) {
    LossGradients.agree(
        new InfoNceLoss(temperature),
        random(10, 5),
        Nd4j.zeros(DataType.DOUBLE, 10, 3),
        activation);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new InfoNceLoss(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new InfoNceLoss(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> loss(1, random(3, 2)));
  }
}
