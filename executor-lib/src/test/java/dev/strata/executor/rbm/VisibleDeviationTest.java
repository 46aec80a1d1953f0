package dev.strata.executor.rbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A machine with visible units of deviation σ is the machine of deviation 1 that is given v / σ.
 */
class VisibleDeviationTest {
  private static final int ROWS = 12;
  private static final int STEPS = 5;

  /** A power of 2, so that nothing is rounded. */
  private static final double DEVIATION = 0.25;

  private static RbmLearner machine(RbmSettings settings, double deviation) {
    return TestRbms.small(
        RbmSettingsBuilder.builder(settings).visibleDeviation(deviation).build(),
        TestRbms.update("adam", 0.05));
  }

  private static INDArray rows(double divisor) {
    return Nd4j.createFromArray(TestRbms.rows(ROWS, true)).castTo(DataType.FLOAT).div(divisor);
  }

  private static double trained(RbmLearner learner, INDArray rows) {
    double loss = 0;
    for (int step = 0; step < STEPS; step++) {
      loss = TestRbms.step(learner, TestRbms.minibatch(rows), step);
    }
    learner.settle();
    return loss;
  }

  @ParameterizedTest
  @CsvSource({"binary, 1, false", "binary, 3, true", "rectified, 1, false", "rectified, 2, false"})
  void itTakesTheSameStepsBitForBit(String hidden, int gibbsSteps, boolean persistent) {
    RbmSettings settings =
        RbmSettingsBuilder.builder(RbmSettings.of("gaussian", hidden))
            .gibbsSteps(gibbsSteps)
            .persistent(persistent)
            .build();
    RbmLearner own = machine(settings, DEVIATION);
    RbmLearner plain = machine(settings, 1);
    double loss = trained(own, rows(1));
    double plainLoss = trained(plain, rows(DEVIATION));
    assertThat(own.parameters().equalsWithEps(plain.parameters(), 0)).isTrue();
    assertThat(loss).isEqualTo(DEVIATION * DEVIATION * plainLoss);
  }

  /** Squares are in the units of the inputs; the free energy is that of the machine. */
  @ParameterizedTest
  @ValueSource(strings = {"binary", "rectified"})
  void itMeasuresInTheUnitsOfTheInputs(String hidden) {
    RbmLearner own = machine(RbmSettings.of("gaussian", hidden), DEVIATION);
    RbmLearner plain = machine(RbmSettings.of("gaussian", hidden), 1);
    trained(own, rows(1));
    trained(plain, rows(DEVIATION));
    double[] found = own.measure(rows(1));
    double[] expected = plain.measure(rows(DEVIATION));
    for (int i = 0; i < found.length; i++) {
      boolean square = !own.measures().get(i).equals("free-energy");
      assertThat(found[i])
          .isCloseTo(
              expected[i] * (square ? DEVIATION * DEVIATION : 1),
              within(1e-6 * Math.abs(found[i])));
    }
    INDArray back = plain.reconstruct(rows(DEVIATION)).mul(DEVIATION);
    assertThat(own.reconstruct(rows(1)).distance2(back)).isLessThan(1e-6);
  }

  /** Probabilities have no unit. */
  @ParameterizedTest
  @ValueSource(doubles = {0.25, 3})
  void binaryUnitsDoNotCare(double deviation) {
    RbmSettings settings = RbmSettings.of("binary", "binary");
    INDArray rows = Nd4j.createFromArray(TestRbms.rows(ROWS, false)).castTo(DataType.FLOAT);
    RbmLearner own = machine(settings, deviation);
    RbmLearner plain = machine(settings, 1);
    assertThat(trained(own, rows)).isEqualTo(trained(plain, rows));
    assertThat(own.parameters().equalsWithEps(plain.parameters(), 0)).isTrue();
    assertThat(own.encode(rows).equalsWithEps(plain.encode(rows), 0)).isTrue();
  }
}
