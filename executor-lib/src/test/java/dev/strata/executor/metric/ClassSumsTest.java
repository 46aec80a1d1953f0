package dev.strata.executor.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClassSumsTest {
  private static ClassSums sums(int classes, int positive, int topK) {
    return new ClassSums(new ClassMeasuring(classes, positive, topK, 10, 1000));
  }

  @Test
  void logLossAndBrierScoreOfTwoClasses() {
    // p of the second class, and whether it is the row's: scikit-learn's documented example of
    // brier_score_loss, y_true [0, 1, 1, 0], y_prob [0.1, 0.9, 0.8, 0.3]: (.01+.01+.04+.09)/4.
    ClassSums sums = sums(2, 1, 5);
    float[] p = {0.1f, 0.9f, 0.8f, 0.3f};
    int[] actual = {0, 1, 1, 0};
    for (int i = 0; i < 4; i++) {
      sums.add(actual[i], new float[] {1 - p[i], p[i]}, 0, 1);
    }
    assertThat(sums.brierScore().orElseThrow()).isCloseTo(0.0375, within(1e-7));
    double logLoss = -(Math.log(.9) + Math.log(.9) + Math.log(.8) + Math.log(.7)) / 4;
    assertThat(sums.logLoss().orElseThrow()).isCloseTo(logLoss, within(1e-6));
    assertThat(sums.topKAccuracy()).isEmpty();
  }

  /** Σ_c (p_c - y_c)², not halved: scale_by_half = "auto" of scikit-learn 1.7. */
  @Test
  void brierScoreOfMoreClassesIsASumOverThem() {
    ClassSums sums = sums(3, -1, 2);
    sums.add(0, new float[] {0.5f, 0.25f, 0.25f}, 0, 1);
    sums.add(2, new float[] {0.5f, 0.5f, 0}, 0, 3);
    // (.25 + .0625 + .0625) and 3 × (.25 + .25 + 1), by weight.
    assertThat(sums.brierScore().orElseThrow()).isCloseTo((0.375 + 4.5) / 4, within(1e-12));
    // A probability of 0 is clipped to 2^-23, as of float32 in scikit-learn.
    double logLoss = (Math.log(2) + 3 * 23 * Math.log(2)) / 4;
    assertThat(sums.logLoss().orElseThrow()).isCloseTo(logLoss, within(1e-12));
  }

  @Test
  void scoresThatAreNoProbabilitiesHaveNoLogLoss() {
    for (float[] scores : new float[][] {{-0.5f, 1.5f}, {0.2f, 0.2f}, {0.9f, 0.9f}}) {
      ClassSums sums = sums(2, 1, 5);
      sums.add(0, new float[] {0.5f, 0.5f}, 0, 1);
      sums.add(1, scores, 0, 1);
      assertThat(sums.logLoss()).isEmpty();
      assertThat(sums.brierScore()).isEmpty();
      assertThat(sums.confidence()).isEmpty();
      assertThat(sums.positive()).isEmpty();
    }
  }

  /** Of equal scores the later class ranks first, as a reversed stable sort has it. */
  @Test
  @Seeded(3)
  void topKBreaksTiesAsAReversedStableSort(Seed seed) {
    Random random = seed.random();
    for (int k = 1; k < 6; k++) {
      ClassSums sums = sums(6, -1, k);
      int found = 0;
      for (int row = 0; row < 400; row++) {
        float[] scores = new float[6];
        for (int c = 0; c < 6; c++) {
          scores[c] = random.nextInt(4) / 4f;
        }
        Integer[] order = {0, 1, 2, 3, 4, 5};
        Arrays.sort(order, (a, b) -> Float.compare(scores[a], scores[b]));
        Collections.reverse(Arrays.asList(order));
        int actual = random.nextInt(6);
        found += Arrays.asList(order).subList(0, k).contains(actual) ? 1 : 0;
        sums.add(actual, scores, 0, 1);
      }
      assertThat(sums.topKAccuracy().orElseThrow()).isEqualTo(found / 400.0);
    }
  }

  @Test
  void theFirstOfEqualScoresIsPredicted() {
    ClassSums sums = sums(3, -1, 5);
    sums.add(2, new float[] {0.2f, 0.4f, 0.4f}, 0, 1);
    assertThat(sums.confusion().rows(2, 1)).isEqualTo(1);
  }

  @Test
  void calibrationBinsHoldTheirUpperEdge() {
    CalibrationSums bins = new CalibrationSums(10);
    for (int i = 0; i <= 10; i++) {
      bins.add(i / 10.0, false, 1);
    }
    // 0 and 0.1 in the first, 0.2 in the second … although 0.3 = 3 / 10 and 0.7 × 10 are rounded.
    assertThat(bins.weight(0)).isEqualTo(2);
    for (int bin = 1; bin < 10; bin++) {
      assertThat(bins.weight(bin)).isEqualTo(1);
    }
  }

  @Test
  @Seeded(6)
  void anyOrderAndAnyCutGiveTheSameBits(Seed seed) {
    Random random = seed.random();
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      float[] row = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
      float total = row[0] + row[1] + row[2];
      rows.add(
          new float[] {
            row[0] / total, row[1] / total, row[2] / total, random.nextInt(3), random.nextFloat()
          });
    }
    String one = seen(of(rows));
    Collections.shuffle(rows, random);
    ClassSums together = sums(3, 2, 2);
    int[] actual = new int[600];
    float[] scores = new float[3 * 600];
    double[] weights = new double[600];
    for (int i = 0; i < 600; i++) {
      actual[i] = (int) rows.get(i)[3];
      System.arraycopy(rows.get(i), 0, scores, 3 * i, 3);
      weights[i] = rows.get(i)[4];
    }
    together.add(actual, scores, weights);
    assertThat(seen(together)).as("as a minibatch").isEqualTo(one);
    ClassSums merged = of(List.of());
    merged.merge(of(rows.subList(0, 13)));
    ClassSums rest = of(rows.subList(13, 400));
    rest.merge(of(rows.subList(400, 600)));
    rest.merge(of(List.of()));
    merged.merge(rest);
    assertThat(seen(merged)).isEqualTo(one);
  }

  private static ClassSums of(List<float[]> rows) {
    ClassSums sums = sums(3, 2, 2);
    rows.forEach(row -> sums.add((int) row[3], row, 0, row[4]));
    return sums;
  }

  private static String seen(ClassSums sums) {
    StringBuilder seen = new StringBuilder();
    for (int c = 0; c < 3; c++) {
      seen.append(sums.scores(c).descending());
      for (int p = 0; p < 3; p++) {
        seen.append(sums.confusion().rows(c, p)).append(' ').append(sums.confusion().weight(c, p));
      }
    }
    seen.append(sums.logLoss()).append(sums.brierScore()).append(sums.topKAccuracy());
    for (int bin = 0; bin < 10; bin++) {
      seen.append(sums.positive().orElseThrow().meanProbability(bin));
      seen.append(sums.confidence().orElseThrow().share(bin));
    }
    return seen.toString();
  }

  @Test
  void aRowOfWeightZeroCountsInTheConfusionMatrixOnly() {
    ClassSums sums = sums(2, 1, 1);
    sums.add(0, new float[] {0.75f, 0.25f}, 0, 1);
    sums.add(1, new float[] {0.75f, 0.25f}, 0, 0);
    assertThat(sums.confusion().rows(1, 0)).isEqualTo(1);
    assertThat(sums.confusion().weight(1, 0)).isZero();
    assertThat(sums.scores(1).descending()).hasSize(1);
    assertThat(sums.topKAccuracy()).contains(1.0);
  }

  @Test
  void theFactorOfAClassIsTakenOutOfAWeight() {
    RowWeights both = new RowWeights(true, List.of(0.1, 30.0));
    assertThat(both.of((float) (2.5 * 0.1), 0)).isCloseTo(2.5, within(1e-6));
    assertThat(both.of((float) (2.5 * 30), 1)).isCloseTo(2.5, within(1e-6));
    assertThat(new RowWeights(false, List.of(0.1, 30.0)).of(30, 1)).isEqualTo(1);
    assertThat(RowWeights.STORED.of(0, 0)).isZero();
    for (double weight : new double[] {1e-14, 1e12, Double.NaN}) {
      assertThatThrownBy(() -> RowWeights.STORED.of(weight, 0))
          .isInstanceOf(StrataException.class)
          .hasMessageContaining("data.weight");
    }
  }
}
