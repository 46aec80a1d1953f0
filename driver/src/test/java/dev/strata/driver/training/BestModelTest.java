package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.auxiliary.TaskType;
import dev.strata.driver.evaluate.EvaluationMetrics;
import dev.strata.driver.training.TrainingSettings.EarlyStopping;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BestModelTest {
  private static final Set<String> ERRORS =
      Set.of(
          "loss",
          "log-loss",
          "brier-score",
          "expected-calibration-error",
          "rmse",
          "mae",
          "cross-entropy",
          "squared-error",
          "reconstruction-loss");

  static Stream<String> metrics() {
    return Stream.of(
            Stream.of(EvaluationMetrics.OF_CLASSES, EvaluationMetrics.OF_VALUES)
                .flatMap(List::stream),
            Arrays.stream(TaskType.values()).flatMap(type -> type.metrics().stream()),
            Stream.of("cross-entropy", "squared-error"))
        .flatMap(names -> names)
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void eachMetricImprovesInItsDirection(String metric) {
    EarlyStopping rule = new EarlyStopping(2, metric, 0.01);
    double better = ERRORS.contains(metric) ? -0.1 : 0.1;
    BestModel first = after(BestModel.NONE, rule, 1, 0.5);
    assertThat(after(first, rule, 2, 0.5 + better).round()).isEqualTo(2);
    assertThat(after(first, rule, 2, 0.5 - better).round()).isEqualTo(1);
    assertThat(after(first, rule, 2, 0.5 + better / 20).stale()).as("min-delta").isEqualTo(1);
    assertThatThrownBy(
            () -> first.after(Map.of("another", 1.0), 2, StateVector.zeros(0), rule, false))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("training.early-stopping.metric")
        .hasMessageContaining("another");
  }

  /**
   * The gap of an RBM starts near 0 and rises: a model that has learned nothing has the lowest one.
   */
  @Test
  void theFreeEnergyGapMayRiseByMinDelta() {
    EarlyStopping rule = new EarlyStopping(2, "free-energy-gap", 1);
    double[] gaps = {0.5, 0.2, 1.1, 1.3, 1.2, 1.21, 1.3};
    BestModel best = BestModel.NONE;
    List<Long> rounds = new ArrayList<>();
    List<Integer> stale = new ArrayList<>();
    for (int i = 0; i < gaps.length; i++) {
      assertThat(best.exhausted(rule)).isFalse();
      best = after(best, rule, i + 1, gaps[i]);
      rounds.add(best.round());
      stale.add(best.stale());
    }
    assertThat(rounds).containsExactly(1L, 2L, 3L, 3L, 5L, 5L, 5L);
    assertThat(stale).containsExactly(0, 0, 0, 1, 0, 1, 2);
    assertThat(best.value()).as("the lowest gap").isEqualTo(0.2);
    assertThat(best.metrics()).as("of the parameters kept").containsValue(1.2);
    assertThat(best.exhausted(rule)).isTrue();
    assertThat(best.ending(rule))
        .isEqualTo(
            "in 2 validations in a row free-energy-gap was more than 1.000 above its lowest value"
                + " 0.2000; last within it after round 5");
  }

  private static BestModel after(BestModel model, EarlyStopping rule, long round, double value) {
    return model.after(Map.of(rule.metric(), value), round, StateVector.zeros(0), rule, false);
  }
}
