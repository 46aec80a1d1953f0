package dev.strata.executor.rbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.rbm.RbmSettings.Sparsity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Estimates against what they estimate, all states enumerated. */
class ContrastiveDivergenceTest {
  private static final int ESTIMATES = 200;
  private static final int ROWS = 1000;

  private RbmParameters machine;
  private RbmParameters gradient;

  @BeforeEach
  void machineOfSomeWeight() {
    BlasThreads.single();
    machine = new RbmParameters(TestRbms.INPUTS, TestRbms.UNITS, DataType.FLOAT);
    gradient = new RbmParameters(TestRbms.INPUTS, TestRbms.UNITS, DataType.FLOAT);
    Nd4j.getRandom().setSeed(5);
    machine.flat().assign(Nd4j.randn(DataType.FLOAT, machine.flat().shape()).muli(0.5));
  }

  /** 200,000 chains of 50 steps: all that is left of their bias is far below their noise. */
  @ParameterizedTest
  @ValueSource(strings = {"binary", "gaussian"})
  void longChainsGiveTheGradientOfTheLikelihood(String visible) {
    boolean gaussian = visible.equals("gaussian");
    double[][] rows = TestRbms.rows(ROWS, gaussian);
    assertExpectation(TestRbms.chains(visible, 50, false), rows, exact(gaussian).gradient(rows));
  }

  @ParameterizedTest
  @ValueSource(strings = {"binary", "gaussian"})
  void oneStepTakesMeansOfAllButTheHiddenStatesThatDriveIt(String visible) {
    boolean gaussian = visible.equals("gaussian");
    double[][] rows = TestRbms.rows(ROWS, gaussian);
    assertExpectation(TestRbms.chains(visible, 1, false), rows, exact(gaussian).oneStep(rows));
  }

  /** A step of rate 1: what decay takes from the parameters is what it adds to the gradient. */
  @Test
  void decayAddsTheWeightsAndNothingToBiases() {
    INDArray before = machine.flat().dup();
    INDArray taken = stepped(before, 0).subi(stepped(before, 0.25));
    long weights = machine.weights().length();
    for (long i = 0; i < taken.length(); i++) {
      double expected = i < weights ? 0.25 * before.getDouble(i) : 0;
      assertThat(taken.getDouble(i)).as("element %d", i).isCloseTo(expected, within(1e-6));
    }
  }

  private static INDArray stepped(INDArray before, double l2) {
    RbmSettings settings =
        new RbmSettings("binary", "binary", 1, false, false, Sparsity.none(), l2, 0.01, 1);
    UpdateSettings update =
        new UpdateSettings(
            UpdaterSettings.of("sgd", 1), ScheduleSettings.none(), ClippingSettings.none());
    RbmLearner learner = new RbmSpec(TestRbms.INPUTS, TestRbms.UNITS, settings, update, 1).create();
    learner.parameters().assign(before);
    Nd4j.getRandom().setSeed(3);
    learner.step(TestRbms.minibatch(TestRbms.rows(ROWS, false)));
    return learner.parameters().dup();
  }

  /** With one minibatch, q = mean of the minibatch where nothing decays. */
  @Test
  void targetAddsTheDistanceTimesTheMeanInput() {
    INDArray data = TestRbms.minibatch(TestRbms.rows(ROWS, false)).inputs()[0];
    Sparsity sparsity = new Sparsity(0.2, 3, 0);
    RbmSettings sparse = new RbmSettings("binary", "binary", 1, false, false, sparsity, 0, 0.01, 1);
    INDArray added =
        gradient(sparse, data).sub(gradient(TestRbms.chains("binary", 1, false), data));
    INDArray mean = new RbmMeasures(sparse, machine).encode(data).mean(0);
    INDArray input = data.mean(0);
    for (int j = 0; j < TestRbms.UNITS; j++) {
      double pull = 3 * (mean.getDouble(j) - 0.2);
      for (int i = 0; i < TestRbms.INPUTS; i++) {
        assertThat(added.getDouble((long) j * TestRbms.INPUTS + i))
            .isCloseTo(pull * input.getDouble(i), within(1e-4));
      }
      assertThat(added.getDouble((long) TestRbms.INPUTS * TestRbms.UNITS + j))
          .isCloseTo(pull, within(1e-4));
    }
  }

  private INDArray gradient(RbmSettings settings, INDArray data) {
    ContrastiveDivergence divergence = new ContrastiveDivergence(settings, machine, gradient);
    divergence.estimate(data, new RandomNumbers(3));
    divergence.weights().write();
    return gradient.flat().dup();
  }

  private ExactMachine exact(boolean gaussian) {
    return new ExactMachine(machine.flat(), TestRbms.INPUTS, TestRbms.UNITS, gaussian);
  }

  private void assertExpectation(RbmSettings settings, double[][] rows, double[] exact) {
    ContrastiveDivergence divergence = new ContrastiveDivergence(settings, machine, gradient);
    INDArray data = TestRbms.minibatch(rows).inputs()[0];
    double[] sum = new double[exact.length];
    double[] squares = new double[exact.length];
    for (int estimate = 0; estimate < ESTIMATES; estimate++) {
      divergence.estimate(data, new RandomNumbers(estimate * 0x9E3779B97F4A7C15L));
      divergence.weights().write();
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
      assertThat(standardError).as("noise of element %d", i).isBetween(1e-6, 1e-2);
      assertThat((mean - exact[i]) / standardError)
          .as("element %d: %f, exact %f", i, mean, exact[i])
          .isBetween(-3.0, 3.0);
    }
  }
}
