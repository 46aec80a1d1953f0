package dev.strata.driver.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricTextTest {
  @ParameterizedTest
  @CsvSource({
    "0.968, 0.9680",
    "1, 1.000",
    "0, 0.000",
    "-0.125, -0.1250",
    "0.99996, 1.000",
    "9.9996, 10.00",
    "12.3456, 12.35",
    "1234.56, 1235",
    "123456.7, 123500",
    "0.0012345, 0.001234",
    "0.000012346, 1.235e-05",
    "12345678.9, 1.235e+07",
    "42, 42",
    "-42, -42",
    "5000, 5000",
    "123456789, 123456789",
    "NaN, NaN"
  })
  void numbersHaveFourSignificantDigits(double value, String text) {
    assertThat(MetricText.number(value)).isEqualTo(text);
  }

  @Test
  void aLineNamesThePositiveClassWhereMetricsAreOfIt() {
    Map<String, Double> metrics =
        new TreeMap<>(Map.of("accuracy", 0.968, "f1", 0.0, "f1-macro", 0.49));

    assertThat(MetricText.line(metrics, "yes"))
        .isEqualTo("accuracy 0.9680, f1 0.000 (positive class: yes)");
    assertThat(MetricText.line(metrics, null)).isEqualTo("accuracy 0.9680, f1 0.000");
    assertThat(MetricText.line(Map.of("accuracy", 0.5), "yes")).isEqualTo("accuracy 0.5000");
  }

  @Test
  void countsOfRowsAndFoldsAreWhole() {
    Map<String, Double> measures =
        new TreeMap<>(Map.of("teacher-folds", 5.0, "teacher-loss", 0.5, "teacher-rows", 7.0));

    assertThat(MetricText.line(measures))
        .isEqualTo("teacher-folds 5, teacher-loss 0.5000, teacher-rows 7");
    assertThat(MetricText.legend(measures.keySet())).contains("Lower is better: teacher-loss.");
  }

  @Test
  void theLegendSaysWhatIsGood() {
    assertThat(
            MetricText.legend(
                List.of(
                    "loss",
                    "hidden-1.relative-error",
                    "hidden-2.free-energy-gap",
                    "free-energy",
                    "f1",
                    "f1-macro",
                    "groups")))
        .contains(
            "Lower is better: loss, relative-error. Higher is better: f1. Near 0 is good:"
                + " free-energy-gap; above 0 the model fits training rows better than held-out"
                + " rows.");
    assertThat(MetricText.legend(List.of("groups"))).isEmpty();
  }

  /** A metric added later must say which of its values are good. */
  @Test
  void everyMetricOfLabelsHasADirection() {
    assertThat(EvaluationMetrics.OF_CLASSES).allMatch(m -> MetricText.direction(m).isPresent());
    assertThat(EvaluationMetrics.OF_VALUES).allMatch(m -> MetricText.direction(m).isPresent());
    assertThat(MetricText.direction("relative-error")).contains("lower is better");
    assertThat(MetricText.direction("ranking-accuracy")).contains("higher is better");
  }
}
