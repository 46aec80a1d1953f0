package dev.strata.executor.rbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.rbm.RbmSettings.Sparsity;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.Minibatch;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class RbmTrainingTest {
  @ParameterizedTest
  @CsvSource({
    "binary, 1, false, momentum",
    "binary, 1, true, momentum",
    "binary, 5, false, adam",
    "gaussian, 1, false, sgd",
    "gaussian, 1, true, sgd"
  })
  void likelihoodRises(String visible, int steps, boolean persistent, String updater) {
    boolean gaussian = visible.equals("gaussian");
    double[][] rows = TestRbms.rows(200, gaussian);
    RbmLearner learner =
        TestRbms.small(TestRbms.chains(visible, steps, persistent), TestRbms.update(updater, 0.02));
    Minibatch minibatch = TestRbms.minibatch(rows);
    double before = likelihood(learner, rows, gaussian);
    double[] after = new double[4];
    for (int i = 0; i < after.length; i++) {
      for (int step = 0; step < 150; step++) {
        TestRbms.step(learner, minibatch, 1000L * i + step);
      }
      after[i] = likelihood(learner, rows, gaussian);
    }
    assertThat(after[0]).isGreaterThan(before);
    assertThat(after[3]).isGreaterThan(after[0]).isGreaterThan(before + 0.5);
  }

  @ParameterizedTest
  @CsvSource({"binary, rectified, 0.02", "gaussian, rectified, 0.005"})
  void rectifiedUnitsLearnToReconstruct(String visible, String hidden, double rate) {
    RbmLearner learner =
        TestRbms.small(RbmSettings.of(visible, hidden), TestRbms.update("momentum", rate));
    Minibatch minibatch = TestRbms.minibatch(TestRbms.rows(200, visible.equals("gaussian")));
    double before = learner.measure(minibatch.inputs()[0])[0];
    for (int step = 0; step < 300; step++) {
      TestRbms.step(learner, minibatch, step);
    }
    assertThat(learner.measure(minibatch.inputs()[0])[0]).isLessThan(0.6 * before);
  }

  /** Units that are almost always on to begin with. */
  @Test
  void meanActivationsMoveToTheTarget() {
    assertThat(meanActivations(new Sparsity(0.15, 3, 0.9)))
        .allSatisfy(mean -> assertThat(mean).isCloseTo(0.15, within(0.02)));
    assertThat(meanActivations(Sparsity.none()))
        .allSatisfy(mean -> assertThat(mean).isGreaterThan(0.9));
  }

  private static List<Double> meanActivations(Sparsity sparsity) {
    RbmLearner learner =
        TestRbms.small(
            new RbmSettings("binary", "binary", 1, false, false, sparsity, 0, 0.01, 1),
            TestRbms.update("sgd", 0.02));
    for (int unit = 0; unit < TestRbms.UNITS; unit++) {
      learner.parameters().putScalar((long) TestRbms.INPUTS * TestRbms.UNITS + unit, 3);
    }
    Minibatch minibatch = TestRbms.minibatch(TestRbms.rows(200, false));
    for (int step = 0; step < 600; step++) {
      TestRbms.step(learner, minibatch, step);
    }
    INDArray means = learner.encode(minibatch.inputs()[0]).mean(0);
    return Arrays.stream(means.toDoubleVector()).boxed().toList();
  }

  @Test
  void oneSeedGivesTheSameBytes() {
    assertThat(trained(7, 1)).isEqualTo(trained(7, 1));
    assertThat(trained(7, 1)).isNotEqualTo(trained(8, 1));
    assertThat(trained(7, 1)).isNotEqualTo(trained(7, 2));
  }

  private static byte[] trained(long seedOfWeights, long seedOfSteps) {
    BlasThreads.single();
    RbmSpec spec =
        new RbmSpec(
            TestRbms.INPUTS,
            TestRbms.UNITS,
            TestRbms.chains("binary", 2, false),
            TestRbms.update("adam", 0.01),
            seedOfWeights);
    RbmLearner learner = spec.create();
    Minibatch minibatch = TestRbms.minibatch(TestRbms.rows(30, false));
    for (int step = 0; step < 5; step++) {
      TestRbms.step(learner, minibatch, 100 * seedOfSteps + step);
    }
    return StateVector.of(learner.parameters()).chunks()[0];
  }

  private static double likelihood(RbmLearner learner, double[][] rows, boolean gaussian) {
    return new ExactMachine(learner.parameters(), TestRbms.INPUTS, TestRbms.UNITS, gaussian)
        .logLikelihood(rows);
  }
}
