package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.auxiliary.TaskType;
import dev.strata.driver.evaluate.EvaluationMetrics;
import dev.strata.driver.training.TrainingSettings.EarlyStopping;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.StateVector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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

  private static BestModel after(BestModel model, EarlyStopping rule, long round, double value) {
    return model.after(Map.of(rule.metric(), value), round, StateVector.zeros(0), rule, false);
  }
}
