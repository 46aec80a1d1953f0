package dev.strata.executor.rbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.NetworkProblems.Problem;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.rbm.RbmSettings.Sparsity;
import dev.strata.executor.shard.Minibatch;
import org.junit.jupiter.api.Test;

class RbmSettingsTest {
  @Test
  void usualSettingsHaveNoProblems() {
    assertThat(RbmSettings.of("gaussian", "rectified").problems("pretrain.layer")).isEmpty();
    RbmSettings all =
        new RbmSettings(
            "binary", "binary", 5, true, false, new Sparsity(0.1, 0.01, 0.95), 1e-4, 0.01, 1);
    assertThat(all.problems("pretrain.layer")).isEmpty();
  }

  @Test
  void everyProblemIsNamedAtOnce() {
    RbmSettings wrong =
        new RbmSettings("real", "relu", 0, false, false, new Sparsity(1.5, 0.1, 1), -1, 0, 1);
    assertThat(wrong.problems("pretrain.layers[0]"))
        .extracting(Problem::key)
        .containsExactly(
            "pretrain.layers[0].visible",
            "pretrain.layers[0].hidden",
            "pretrain.layers[0].gibbs-steps",
            "pretrain.layers[0].l2",
            "pretrain.layers[0].deviation",
            "pretrain.layers[0].sparsity.target",
            "pretrain.layers[0].sparsity.decay",
            "pretrain.layers[0].sparsity.weight");
    assertThat(wrong.problems("pretrain.layers[0]").get(0))
        .hasToString("pretrain.layers[0].visible: found real, expected auto, binary or gaussian");
  }

  @Test
  void rectifiedUnitsHaveNoProbabilityToAimAt() {
    RbmSettings settings =
        new RbmSettings(
            "gaussian", "rectified", 1, false, false, new Sparsity(0.1, 0.5, 0.9), 0, 0.01, 1);
    assertThat(settings.problems("pretrain.layer"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.expected()).contains("hidden = rectified"));
  }

  @Test
  void binaryVisibleUnitsTakeProbabilities() {
    RbmLearner learner =
        TestRbms.small(RbmSettings.of("binary", "binary"), TestRbms.update("sgd", 0.1));
    double[][] rows = TestRbms.rows(5, false);
    rows[3][4] = 17;
    Minibatch minibatch = TestRbms.minibatch(rows);
    StrataException failure =
        catchThrowableOfType(() -> learner.step(minibatch), StrataException.class);
    assertThat(failure.kind()).isEqualTo(FailureKind.DATA);
    assertThat(failure.key()).contains("data.scaling");
    assertThat(failure.row()).contains("3 of a minibatch, input 4");
    assertThat(failure.found()).contains("17.0");
    assertThat(failure.expected()).hasValueSatisfying(e -> assertThat(e).contains("min-max"));
  }

  @Test
  void numbersThatAreNoneAreOutsideToo() {
    RbmLearner learner =
        TestRbms.small(RbmSettings.of("binary", "binary"), TestRbms.update("sgd", 0.1));
    double[][] rows = TestRbms.rows(5, false);
    rows[2][1] = Double.NaN;
    Minibatch minibatch = TestRbms.minibatch(rows);
    StrataException failure =
        catchThrowableOfType(() -> learner.step(minibatch), StrataException.class);
    assertThat(failure.row()).contains("2 of a minibatch, input 1");
  }

  @Test
  void realVisibleUnitsTakeAnyNumber() {
    RbmLearner learner =
        TestRbms.small(RbmSettings.of("gaussian", "binary"), TestRbms.update("sgd", 0.001));
    double[][] rows = TestRbms.rows(5, true);
    rows[3][4] = -4;
    assertThat(TestRbms.step(learner, TestRbms.minibatch(rows), 1)).isFinite().isPositive();
  }
}
