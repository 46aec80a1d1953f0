package dev.strata.driver.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.trial.TrialScore;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SmoothedScoresTest {
  @Test
  void eachIsHalfItselfAndAQuarterOfEachNeighbour() {
    List<TrialScore> scores =
        List.of(
            new TrialScore(1, 4, 0.5),
            new TrialScore(2, 1, 0.25),
            new TrialScore(3, 7, 0.75),
            new TrialScore(6, 1, 0.25));
    assertThat(SmoothedScores.of(scores))
        .containsExactly(
            new TrialScore(1, 3.25, 0.4375),
            new TrialScore(2, 3.25, 0.4375),
            new TrialScore(3, 4, 0.5),
            new TrialScore(6, 2.5, 0.375));
  }

  @Test
  void oneScoreStaysAndNoneIsNone() {
    List<TrialScore> one = List.of(new TrialScore(1, 4, 0.5));
    assertThat(SmoothedScores.of(one)).isEqualTo(one);
    assertThat(SmoothedScores.of(List.of())).isEmpty();
  }

  @Test
  void whatDivergedAtLastIsNoNeighbour() {
    List<TrialScore> scores =
        List.of(
            new TrialScore(1, 4, 0.5),
            new TrialScore(2, 2, 0.25),
            new TrialScore(3, Double.NaN, Double.NaN));
    assertThat(SmoothedScores.of(scores))
        .containsExactly(new TrialScore(1, 3.5, 0.4375), new TrialScore(2, 2.5, 0.3125));
    assertThat(SmoothedScores.of(scores.subList(2, 3))).isEmpty();
  }

  /** Two trainings with the same expected losses, one of which varies ten times as much. */
  @Test
  void whatVariesMuchIsPreferredLessOften() {
    Random random = new Random(3);
    int raw = 0;
    int smooth = 0;
    for (int draw = 0; draw < 1000; draw++) {
      List<TrialScore> calm = curve(random, 0.01);
      List<TrialScore> wild = curve(random, 0.1);
      raw += least(wild) < least(calm) ? 1 : 0;
      smooth += least(SmoothedScores.of(wild)) < least(SmoothedScores.of(calm)) ? 1 : 0;
    }
    assertThat(raw).isGreaterThan(900);
    assertThat(smooth).isLessThan(raw - 50);
  }

  private static List<TrialScore> curve(Random random, double deviation) {
    return IntStream.rangeClosed(1, 12)
        .mapToObj(
            epoch ->
                new TrialScore(
                    epoch, 0.5 + 0.02 * Math.abs(epoch - 6) + deviation * random.nextGaussian(), 0))
        .toList();
  }

  private static double least(List<TrialScore> scores) {
    return scores.stream().min(Comparator.comparingDouble(TrialScore::loss)).orElseThrow().loss();
  }
}
