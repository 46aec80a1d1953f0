package dev.strata.executor.rbm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.shard.Minibatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        TestRbms.small(
            TestRbms.chains(visible, steps, persistent), TestRbms.update(updater, 0.02));
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

  private static double likelihood(RbmLearner learner, double[][] rows, boolean gaussian) {
    return new ExactMachine(learner.parameters(), TestRbms.INPUTS, TestRbms.UNITS, gaussian)
        .logLikelihood(rows);
  }
}
