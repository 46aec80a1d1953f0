package dev.strata.executor.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.random.RandomStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PairMeasuresTest {
  @Test
  void aHandComputedExample() {
    // Group 1 at 0 and 2, group 4 at 3 and 7: same distances 2, 4; different 3, 7, 1, 5.
    PairMeasures measures = new PairMeasures(new int[] {4, 1, 4, 1}, new float[] {3, 0, 7, 2}, 1);
    assertThat(measures.samePairs()).isEqualTo(2);
    assertThat(measures.differentPairs()).isEqualTo(4);
    Map<String, Double> metrics = measures.measure(-1, 2.5, 1);
    // 2 is below 3, 5, 7; 4 below 5, 7.
    assertThat(metrics.get("roc-auc")).isCloseTo(5 / 8.0, within(1e-12));
    // z of the same: 0.5, -1.5; of different: -0.5, -4.5, 1.5, -2.5.
    assertThat(metrics.get("accuracy")).isCloseTo((1 / 2.0 + 3 / 4.0) / 2, within(1e-12));
    double same = (log1pExp(-0.5) + log1pExp(1.5)) / 2;
    double different = (log1pExp(-0.5) + log1pExp(-4.5) + log1pExp(1.5) + log1pExp(-2.5)) / 4;
    assertThat(metrics.get("loss")).isCloseTo((same + different) / 2, within(1e-12));
  }

  @Test
  void equalDistancesCountHalf() {
    assertThat(PairMeasures.rocAuc(new double[] {1, 2, 2}, new double[] {2, 2, 3, 0}))
        .isCloseTo((3 + 2 * (1 + 2 * 0.5)) / 12, within(1e-12));
    assertThat(PairMeasures.rocAuc(new double[] {1}, new double[] {1})).isEqualTo(0.5);
    assertThat(PairMeasures.rocAuc(new double[] {0, 1}, new double[] {2, 3})).isEqualTo(1);
    assertThat(PairMeasures.rocAuc(new double[] {2, 3}, new double[] {0, 1})).isZero();
  }

  @Test
  void aSampleOfPairsIsNearAllPairsAndASeedDrawsItAgain() {
    RandomStream random = RandomStream.of(3, 1, 4);
    int[] groups = new int[600];
    float[] rows = new float[2 * groups.length];
    for (int i = 0; i < groups.length; i++) {
      // Groups of 1 to 30 rows.
      groups[i] = (int) (Math.sqrt(2.0 * i));
      rows[2 * i] = (float) (groups[i] % 7 + 3 * random.uniform());
      rows[2 * i + 1] = (float) (groups[i] % 5 + 3 * random.uniform());
    }
    Map<String, Double> all = new PairMeasures(groups, rows, 2).measure(-1, 2, 1);
    Map<String, Double> drawn = new PairMeasures(groups, rows, 2, 8_000).measure(-1, 2, 1);
    for (String metric : all.keySet()) {
      assertThat(drawn.get(metric)).as(metric).isCloseTo(all.get(metric), within(0.02));
      assertThat(drawn.get(metric)).as(metric).isNotEqualTo(all.get(metric));
    }
    assertThat(new PairMeasures(groups, rows, 2, 8_000).measure(-1, 2, 1)).isEqualTo(drawn);
    assertThat(new PairMeasures(groups, rows, 2, 8_000).measure(-1, 2, 2)).isNotEqualTo(drawn);
  }

  @Test
  void pairsThatAreRareAreAllMeasured() {
    // A row at 55 against 299 of another group at 0 to 9: drawn at random, few pairs would be it.
    int[] groups = new int[300];
    float[] rows = new float[groups.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i % 10;
    }
    groups[7] = 1;
    rows[7] = 55;
    Map<String, Double> metrics = new PairMeasures(groups, rows, 1, 8_000).measure(-1, 50, 1);
    // Pairs of one group are right; of the others those at a distance of 50 and more.
    assertThat(metrics.get("accuracy")).isCloseTo((1 + 180 / 299.0) / 2, within(1e-12));
  }

  private static double log1pExp(double x) {
    return Math.log(1 + Math.exp(x));
  }
}
