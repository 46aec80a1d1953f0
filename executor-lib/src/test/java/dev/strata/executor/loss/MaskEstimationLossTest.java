package dev.strata.executor.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
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

/** Of rows of a number, a category of three, and an element that is in no column. */
class MaskEstimationLossTest {
  private static final IActivation IDENTITY = new ActivationIdentity();
  private static final List<ColumnSpan> COLUMNS =
      List.of(new ColumnSpan(0, 1, false), new ColumnSpan(1, 3, true));

  @BeforeAll
  static void doublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void singlePrecision() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static double loss(double weight, double[] labels, double[] outputs) {
    return new MaskEstimationLoss(COLUMNS, weight)
        .computeScore(row(labels), row(outputs), IDENTITY, null, true);
  }

  private static INDArray row(double[] values) {
    return Nd4j.createFromArray(new double[][] {values});
  }

  @Test
  void bothPartsAsComputedByHand() {
    double[] labels = {1, 0, 0.5, 0, 1, 0, 7};
    double[] outputs = {2, -1, 2, 0, Math.log(2), 0, 9};
    double mask = (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(-1))) / 2;
    double reconstruction = (1.5 * 1.5 + Math.log(2)) / 2;
    assertThat(loss(0, labels, outputs)).isCloseTo(mask, within(1e-15));
    assertThat(loss(2, labels, outputs)).isCloseTo(mask + 2 * reconstruction, within(1e-15));
    MaskEstimationLoss.Parts parts = new MaskEstimationLoss(COLUMNS, 2).parts(labels, outputs, 0);
    assertThat(parts.mask()).isCloseTo(mask, within(1e-15));
    assertThat(parts.reconstruction()).isCloseTo(reconstruction, within(1e-15));
  }

  @Test
  void whatIsKnownForSureCostsNothing() {
    double[] labels = {1, 0, 0.5, 0, 1, 0, 7};
    double[] outputs = {800, -800, 0.5, 0, 800, 0, 0};
    assertThat(loss(2, labels, outputs)).isZero();
    INDArray gradient =
        new MaskEstimationLoss(COLUMNS, 2)
            .computeGradient(row(labels), row(outputs), IDENTITY, null);
    assertThat(gradient.toDoubleVector()).containsExactly(new double[7], within(1e-300));
    double[] wrong = {-800, 800, 0.5, 800, 0, 0, 0};
    assertThat(loss(2, labels, wrong)).isEqualTo(800 + 800);
  }

  @Test
  void aRowWithoutACategoryIsNotReconstructedThere() {
    double[] labels = {0, 0, 0.5, 0, 0, 0, 0};
    double[] outputs = {0, 0, 0.5, 3, -1, 2, 0};
    assertThat(loss(2, labels, outputs)).isCloseTo(Math.log(2), within(1e-15));
    double[] gradient =
        new MaskEstimationLoss(COLUMNS, 2)
            .computeGradient(row(labels), row(outputs), IDENTITY, null)
            .toDoubleVector();
    assertThat(gradient).containsExactly(0.25, 0.25, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"2, IDENTITY", "0, IDENTITY", "0.5, TANH"})
  void gradientsAgreeWithDifferences(double weight, Activation activation) {
    Nd4j.getRandom().setSeed(3);
    INDArray input = Nd4j.randn(DataType.DOUBLE, 4, 5);
    INDArray labels =
        Nd4j.createFromArray(
            new double[][] {
              {1, 0, 0.5, 0, 1, 0, 7},
              {0, 1, -2, 1, 0, 0, 0},
              {1, 1, 0, 0, 0, 0, 1},
              {0, 0, 1, 0, 0, 1, 1}
            });
    LossGradients.agree(new MaskEstimationLoss(COLUMNS, weight), input, labels, activation);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new MaskEstimationLoss(List.of(), 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new MaskEstimationLoss(COLUMNS, -1));
  }
}
