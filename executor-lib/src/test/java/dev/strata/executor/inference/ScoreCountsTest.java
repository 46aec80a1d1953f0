package dev.strata.executor.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.ROC;
import org.nd4j.evaluation.classification.ROC.CountsForThreshold;
import org.nd4j.linalg.factory.Nd4j;

class ScoreCountsTest {
  @Test
  void countsAreThoseOfDl4j() {
    for (int steps : new int[] {1, 7, 100, 300}) {
      Random random = new Random(steps);
      int rows = 3000;
      float[] scores = new float[rows];
      float[] labels = new float[rows];
      ScoreCounts counts = new ScoreCounts(1, steps);
      for (int i = 0; i < rows; i++) {
        // A third of them lie exactly on thresholds, 0 and 1 among them.
        scores[i] =
            i % 3 == 0 ? (float) (random.nextInt(steps + 1) * (1.0 / steps)) : random.nextFloat();
        labels[i] = random.nextInt(3) == 0 ? 1 : 0;
        counts.add(labels[i] == 1 ? 0 : 1, scores, i);
      }
      ROC roc = new ROC(steps);
      roc.eval(
          Nd4j.createFromArray(labels).reshape(rows, 1),
          Nd4j.createFromArray(scores).reshape(rows, 1));
      int step = 0;
      for (Map.Entry<Double, CountsForThreshold> entry : roc.getCounts().entrySet()) {
        assertThat(counts.truePositives(0)[step])
            .as("true positives at " + entry.getKey() + " of " + steps)
            .isEqualTo(entry.getValue().getCountTruePositive());
        assertThat(counts.falsePositives(0)[step])
            .as("false positives at " + entry.getKey() + " of " + steps)
            .isEqualTo(entry.getValue().getCountFalsePositive());
        step++;
      }
      assertThat(step).isEqualTo(steps + 1);
      assertThat(counts.actualPositives(0)).isEqualTo(roc.getCountActualPositive());
      assertThat(counts.actualNegatives(0)).isEqualTo(roc.getCountActualNegative());
    }
  }

  @Test
  void scoresOutsideOfZeroToOneHaveAPlace() {
    ScoreCounts counts = new ScoreCounts(1, 4);
    float[] scores = {-1f, Float.NaN, 2f, Float.POSITIVE_INFINITY, -0f};
    for (int i = 0; i < scores.length; i++) {
      counts.add(0, scores, i);
    }
    assertThat(counts.truePositives(0)).containsExactly(3, 2, 2, 2, 0);
    assertThat(counts.actualPositives(0)).isEqualTo(5);
  }

  @Test
  void mergedCountsAreThoseOfAllRows() {
    ScoreCounts all = new ScoreCounts(3, 10);
    ScoreCounts one = new ScoreCounts(3, 10);
    ScoreCounts other = new ScoreCounts(3, 10);
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      float[] scores = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
      int actual = random.nextInt(3);
      all.add(actual, scores, 0);
      (i % 4 == 0 ? one : other).add(actual, scores, 0);
    }
    one.merge(other);
    for (int c = 0; c < 3; c++) {
      assertThat(one.truePositives(c)).isEqualTo(all.truePositives(c));
      assertThat(one.falsePositives(c)).isEqualTo(all.falsePositives(c));
    }
  }
}
