package dev.strata.driver.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldScoresTest {
  private static TrialResult fold(boolean diverged, TrialScore... curve) {
    return new TrialResult("fold", List.of(curve), diverged, 1, 2);
  }

  @Test
  void rowsCountAlikeWhateverTheirFold() {
    FoldScores scores =
        new FoldScores(
            List.of(
                fold(false, new TrialScore(1, 0.5, 0.4), new TrialScore(2, 0.4, 0.2)),
                fold(false, new TrialScore(1, 1.1, 0.2), new TrialScore(2, 0.7, 0.5)),
                fold(false, new TrialScore(1, 0.2, 0.0), new TrialScore(2, 0.1, 0.5))),
            List.of(10, 10, 5),
            1,
            true);
    TrialResult mean = scores.mean("all");
    assertThat(mean.curve()).extracting(TrialScore::epoch).containsExactly(1, 2);
    assertThat(mean.curve().get(0).error()).isEqualTo((4 + 2 + 0) / 25.0, within(1e-12));
    assertThat(mean.curve().get(0).loss()).isEqualTo((5 + 11 + 1) / 25.0, within(1e-12));
    assertThat(mean.last().error()).isEqualTo((2 + 5 + 2.5) / 25.0, within(1e-12));
    assertThat(mean.seconds()).isEqualTo(6);
    // deviations 0.2, 0 and -0.2 from 0.2
    assertThat(scores.standardError(1)).isEqualTo(Math.sqrt(0.08 / 2 / 3), within(1e-12));
  }

  @Test
  void ofValuesTheSquaresAreAveraged() {
    FoldScores scores =
        new FoldScores(
            List.of(fold(false, new TrialScore(1, 9, 3)), fold(false, new TrialScore(1, 25, 5))),
            List.of(3, 1),
            1,
            false);
    assertThat(scores.mean("all").last().error())
        .isEqualTo(Math.sqrt((27 + 25) / 4.0), within(1e-12));
    assertThat(scores.standardError(1)).isEqualTo(1, within(1e-12));
  }

  @Test
  void aFoldThatDivergesEndsTheCurve() {
    FoldScores scores =
        new FoldScores(
            List.of(
                fold(false, new TrialScore(1, 0.5, 0.4), new TrialScore(2, 0.4, 0.2)),
                fold(true, new TrialScore(1, Double.NaN, 0.6))),
            List.of(1, 1),
            1,
            true);
    TrialResult mean = scores.mean("all");
    assertThat(mean.diverged()).isTrue();
    assertThat(mean.curve()).hasSize(1);
    assertThat(mean.last().loss()).isNaN();
  }
}
