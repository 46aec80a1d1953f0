package dev.strata.executor.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.util.Random;
import org.junit.jupiter.api.Test;

@Seeded(7)
class ValueSumsTest {
  private static final int ROWS = 400;

  private final float[] labels = new float[2 * ROWS];
  private final float[] predictions = new float[2 * ROWS];
  private final float[] weights = new float[ROWS];

  ValueSumsTest(Seed seed) {
    Random random = seed.random();
    for (int row = 0; row < ROWS; row++) {
      // A mean that is large beside the deviations, which a sum of squares would drown in.
      labels[2 * row] = 100_000 + (float) random.nextGaussian();
      labels[2 * row + 1] = (float) random.nextGaussian();
      predictions[2 * row] = labels[2 * row] + (float) (0.5 * random.nextGaussian());
      predictions[2 * row + 1] = (float) random.nextGaussian();
      weights[row] = row % 10 == 0 ? 0 : 0.1f + random.nextFloat();
    }
  }

  private ValueSums sums(int from, int to) {
    ValueSums sums = new ValueSums(2);
    for (int row = from; row < to; row++) {
      sums.add(labels, predictions, 2 * row, weights[row]);
    }
    return sums;
  }

  /** The formulas in two passes: r2_score(…, sample_weight). */
  @Test
  void weightedMeasuresAreTheFormulas() {
    for (int column = 0; column < 2; column++) {
      double weight = 0;
      double mean = 0;
      double absolute = 0;
      double squared = 0;
      for (int row = 0; row < ROWS; row++) {
        double error = (double) labels[2 * row + column] - predictions[2 * row + column];
        weight += weights[row];
        mean += weights[row] * (double) labels[2 * row + column];
        absolute += weights[row] * Math.abs(error);
        squared += weights[row] * error * error;
      }
      mean /= weight;
      double around = 0;
      for (int row = 0; row < ROWS; row++) {
        around += weights[row] * Math.pow(labels[2 * row + column] - mean, 2);
      }
      ValueSums sums = sums(0, ROWS);
      assertThat(sums.mae(column)).isCloseTo(absolute / weight, within(1e-9));
      assertThat(sums.rmse(column)).isCloseTo(Math.sqrt(squared / weight), within(1e-9));
      assertThat(sums.r2(column)).isCloseTo(1 - squared / around, within(1e-8));
    }
  }

  @Test
  void mergedSumsAreThoseOfAllRows() {
    ValueSums all = sums(0, ROWS);
    ValueSums merged = new ValueSums(2);
    merged.merge(sums(0, 1));
    merged.merge(sums(1, 150));
    merged.merge(new ValueSums(2));
    merged.merge(sums(150, ROWS));
    for (int column = 0; column < 2; column++) {
      assertThat(merged.r2(column)).isCloseTo(all.r2(column), within(1e-9));
      assertThat(merged.rmse(column)).isCloseTo(all.rmse(column), within(1e-12));
      assertThat(merged.mae(column)).isCloseTo(all.mae(column), within(1e-12));
    }
  }

  /** r2_score: 1 where a constant column is met, else 0; nothing of one row. */
  @Test
  void constantColumnsAndSingleRows() {
    float[] constant = {0.1f, 0.1f};
    float[] near = {0.1f, 0.2f};
    ValueSums sums = new ValueSums(2);
    sums.add(constant, near, 0, 0.3);
    assertThat(sums.r2(0)).isNaN();
    sums.add(constant, near, 0, 0.7);
    sums.add(constant, near, 0, 1);
    assertThat(sums.r2(0)).isEqualTo(1);
    assertThat(sums.r2(1)).isZero();
  }
}
