package dev.strata.executor.rbm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.vector.RandomNumbers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The estimate against the gradient of the likelihood, all states enumerated. */
class ContrastiveDivergenceTest {
  private static final int ESTIMATES = 200;
  private static final int ROWS = 1000;

  /** 200,000 chains of 50 steps: all that is left of their bias is far below their noise. */
  @ParameterizedTest
  @ValueSource(strings = {"binary", "gaussian"})
  void longChainsGiveTheGradientOfTheLikelihood(String visible) {
    BlasThreads.single();
    boolean gaussian = visible.equals("gaussian");
    Machine machine = new Machine(TestRbms.INPUTS, TestRbms.UNITS, DataType.FLOAT);
    Machine gradient = new Machine(TestRbms.INPUTS, TestRbms.UNITS, DataType.FLOAT);
    Nd4j.getRandom().setSeed(5);
    machine.flat().assign(Nd4j.randn(DataType.FLOAT, machine.flat().shape()).muli(0.5));
    RbmSettings settings = TestRbms.chains(visible, 50, false);
    ContrastiveDivergence divergence = new ContrastiveDivergence(settings, machine, gradient);
    double[][] rows = TestRbms.rows(ROWS, gaussian);
    INDArray data = Nd4j.createFromArray(rows).castTo(DataType.FLOAT);
    double[] exact =
        new ExactMachine(machine.flat(), TestRbms.INPUTS, TestRbms.UNITS, gaussian).gradient(rows);

    double[] sum = new double[exact.length];
    double[] squares = new double[exact.length];
    for (int estimate = 0; estimate < ESTIMATES; estimate++) {
      divergence.estimate(data, new RandomNumbers(estimate * 0x9E3779B97F4A7C15L));
      for (int i = 0; i < exact.length; i++) {
        double value = gradient.flat().getDouble(i);
        sum[i] += value;
        squares[i] += value * value;
      }
    }
    for (int i = 0; i < exact.length; i++) {
      double mean = sum[i] / ESTIMATES;
      double variance = squares[i] / ESTIMATES - mean * mean;
      double standardError = Math.sqrt(variance / (ESTIMATES - 1));
      assertThat(standardError).as("noise of element %d", i).isBetween(1e-5, 1e-2);
      assertThat((mean - exact[i]) / standardError)
          .as("element %d: %f, exact %f", i, mean, exact[i])
          .isBetween(-3.0, 3.0);
    }
  }
}
