package dev.strata.driver.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.finetune.SearchSettings.Metric;
import dev.strata.executor.trial.TrialScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TriesTest {
  private static List<TrialScore> curve(double... errors) {
    List<TrialScore> curve = new ArrayList<>();
    for (double error : errors) {
      curve.add(new TrialScore(curve.size() + 1, 3 * error, error));
    }
    return curve;
  }

  @Test
  void theBestSettingAndEpochAreThoseOfTheMeanOverAllFolds() {
    Tries tries =
        new Tries(
            List.of(
                List.of(curve(0.5, 0.4, 0.6), curve(0.5, 0.1, 0.6)),
                List.of(curve(0.3, 0.3), curve(0.3, 0.3))),
            2,
            Metric.ERROR);
    assertThat(tries.best()).isEqualTo(new Tries.Choice(0, 1));
  }

  @Test
  void noFoldIsMeasuredWithWhatItChose() {
    Tries tries =
        new Tries(
            List.of(List.of(curve(0.1, 0.9), curve(0.8, 0.2), curve(0.7, 0.3))), 3, Metric.ERROR);
    // without fold 1: epoch 2 (0.5 against 1.5); without 2: epoch 1 (0.8 against 1.2); without 3:
    // epoch 1 (0.9 against 1.1)
    assertThat(tries.unbiased().folds())
        .extracting(TrialScore::error)
        .containsExactly(0.9, 0.8, 0.7);
  }

  @Test
  void aCurveThatDivergedIsNoChoice() {
    Tries tries =
        new Tries(
            List.of(
                List.of(curve(0.1), curve(0.1, 0.1), curve(0.1, 0.1)),
                List.of(curve(0.4, 0.3), curve(0.4, 0.3), curve(0.4, 0.3))),
            3,
            Metric.ERROR);
    assertThat(tries.best()).isEqualTo(new Tries.Choice(0, 0));
    List<TrialScore> broken = List.of(new TrialScore(1, Double.NaN, Double.NaN));
    Tries none =
        new Tries(
            List.of(List.of(broken, curve(0.1)), List.of(curve(0.4), curve(0.4))), 2, Metric.LOSS);
    assertThat(none.best()).isEqualTo(new Tries.Choice(1, 0));
  }

  /** Epoch 3 is a dip of chance; epochs 5 and 6 are low together. */
  @Test
  void aSingleDipChoosesNoEpoch() {
    List<TrialScore> dip = curve(0.5, 0.5, 0.2, 0.5, 0.3, 0.28, 0.3);
    List<TrialScore> same = curve(0.4, 0.4, 0.4);
    Tries tries = new Tries(List.of(List.of(dip, dip), List.of(same, same)), 2, Metric.ERROR);
    assertThat(tries.best()).isEqualTo(new Tries.Choice(0, 2));
    assertThat(tries.smoothed().best()).isEqualTo(new Tries.Choice(0, 5));
    // The figures are those that were measured.
    assertThat(tries.smoothed().unbiased().folds())
        .extracting(TrialScore::error)
        .containsExactly(0.28, 0.28);
  }

  @Test
  void whatDivergedIsNoNeighbourOfTheEpochBefore() {
    List<TrialScore> diverged = new ArrayList<>(curve(0.3, 0.2));
    diverged.add(new TrialScore(3, Double.NaN, Double.NaN));
    Tries tries =
        new Tries(
            List.of(
                List.of(curve(0.4, 0.4, 0.4), curve(0.4, 0.4, 0.4)), List.of(diverged, diverged)),
            2,
            Metric.ERROR);
    assertThat(tries.smoothed().best()).isEqualTo(new Tries.Choice(1, 1));
    assertThat(tries.smoothed().unbiased().isFinite()).isTrue();
  }

  /** Of many settings that differ by chance alone, the best one looks better than it is. */
  @Test
  void choosingAmongEqualsGainsNothing() {
    double chosen = 0;
    double unbiased = 0;
    Random random = new Random(11);
    int draws = 200;
    for (int draw = 0; draw < draws; draw++) {
      List<List<List<TrialScore>>> curves = new ArrayList<>();
      for (int setting = 0; setting < 2; setting++) {
        List<List<TrialScore>> folds = new ArrayList<>();
        for (int fold = 0; fold < 5; fold++) {
          folds.add(curve(random.doubles(40, 0.3, 0.5).toArray()));
        }
        curves.add(folds);
      }
      Tries tries = new Tries(curves, 5, Metric.ERROR);
      Tries.Choice best = tries.best();
      chosen +=
          curves.get(best.setting()).stream()
                  .mapToDouble(curve -> curve.get(best.point()).error())
                  .average()
                  .orElseThrow()
              / draws;
      unbiased += tries.unbiased().score(Metric.ERROR).mean() / draws;
    }
    assertThat(chosen).isLessThan(0.35);
    assertThat(unbiased).isEqualTo(0.4, within(0.005));
  }
}
