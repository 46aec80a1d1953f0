package dev.strata.driver.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.comparison.FoldedScores.Estimate;
import dev.strata.driver.finetune.SearchSettings.Metric;
import dev.strata.executor.trial.TrialScore;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class FoldedScoresTest {
  static FoldedScores errors(double... errors) {
    List<TrialScore> scores =
        DoubleStream.of(errors).mapToObj(e -> new TrialScore(1, 2 * e, e)).toList();
    return new FoldedScores(scores, scores.size());
  }

  @Test
  void theStandardErrorIsThatOfNadeauAndBengio() {
    // mean 0.3, variance (0.01 + 0 + 0.01) / 2 = 0.01; 1/3 + 1/2 = 5/6
    Estimate error = errors(0.2, 0.3, 0.4).score(Metric.ERROR);
    assertThat(error.mean()).isEqualTo(0.3, within(1e-12));
    assertThat(error.standardError()).isEqualTo(Math.sqrt(0.01 * 5 / 6), within(1e-12));
    assertThat(errors(0.2, 0.3, 0.4).score(Metric.LOSS).mean()).isEqualTo(0.6, within(1e-12));
  }

  @Test
  void aTrainingThatDivergedIsNotFinite() {
    assertThat(errors(0.2, 0.3).isFinite()).isTrue();
    assertThat(errors(0.2, Double.POSITIVE_INFINITY).isFinite()).isFalse();
  }

  @Test
  void differencesArePairedByFold() {
    FoldedScores one = errors(0.2, 0.3, 0.4);
    FoldedScores worse = errors(0.25, 0.35, 0.45);
    Estimate difference = worse.against(one, Metric.ERROR);
    assertThat(difference.mean()).isEqualTo(0.05, within(1e-12));
    assertThat(difference.standardError()).isEqualTo(0, within(1e-12));
    assertThat(one.against(one, Metric.ERROR)).isEqualTo(new Estimate(0, 0));
  }

  /** The variance of means of trainings that share rows is about what the formula says. */
  @Test
  void repeatsDoNotShrinkTheErrorBelowThatOfTheRows() {
    Random random = new Random(3);
    double[] values = random.doubles(100).toArray();
    double often = FoldedScores.estimate(values, 5).standardError();
    double variance =
        DoubleStream.of(values)
                .map(v -> v - DoubleStream.of(values).average().orElse(0))
                .map(d -> d * d)
                .sum()
            / 99;
    assertThat(often).isEqualTo(Math.sqrt(variance * (0.01 + 0.25)), within(1e-12));
  }
}
