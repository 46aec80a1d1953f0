package dev.strata.driver.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.finetune.SearchSettings.Metric;
import dev.strata.executor.trial.TrialScore;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {
  /** The lower loss, and the higher error. */
  private static final MethodScores NETWORK =
      scores(Method.SCRATCH, new TrialScore(1, 0.3, 0.2), new TrialScore(1, 0.5, 0.2));

  private static final MethodScores FOREST =
      scores(Method.RANDOM_FOREST, new TrialScore(1, 0.6, 0.1), new TrialScore(1, 0.6, 0.14));

  private static MethodScores scores(Method method, TrialScore... folds) {
    return new MethodScores(method, "so", new FoldedScores(List.of(folds), folds.length), 2);
  }

  private static ComparisonTable table(Metric metric) {
    FoldedScores constant =
        new FoldedScores(List.of(new TrialScore(1, 0.7, 0.5), new TrialScore(1, 0.7, 0.5)), 2);
    return new ComparisonTable(List.of(FOREST, NETWORK), constant, metric);
  }

  /** Of two folds the standard error is half the root of 3 of their difference. */
  @Test
  void theMetricComesFirstWithItsStandardErrorAndOrder() {
    ComparisonTable byLoss = table(Metric.LOSS);
    assertThat(byLoss.columns())
        .containsExactly(
            "method", "setting", "loss", "s.e.", "error", "against random-forest", "seconds");
    assertThat(byLoss.rows().get(0))
        .containsExactly("scratch", "so", "0.4000", "0.1732", "0.2000", "-0.2000 ± 0.1732", "2.0");
    assertThat(byLoss.rows().get(1))
        .containsExactly("random-forest", "so", "0.6000", "0.0000", "0.1200", "", "2.0");
    assertThat(byLoss.legend()).anyMatch(line -> line.contains("standard error of the loss"));
  }

  @Test
  void byErrorTheOrderIsThatOfErrors() {
    ComparisonTable byError = table(Metric.ERROR);
    assertThat(byError.columns().subList(2, 5)).containsExactly("error", "s.e.", "loss");
    assertThat(byError.rows().get(0))
        .containsExactly("random-forest", "so", "0.1200", "0.0346", "0.6000", "", "2.0");
    assertThat(byError.rows().get(1))
        .containsExactly("scratch", "so", "0.2000", "0.0000", "0.4000", "+0.0800 ± 0.0346", "2.0");
    assertThat(byError.legend()).anyMatch(line -> line.contains("standard error of the error"));
  }
}
