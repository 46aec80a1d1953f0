package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.round.NotFinite;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightedAverageTest {
  @Test
  void oneContributorIsItself() {
    StateVector only = StateVector.of(new float[] {0.1f, -3e-20f, 7e20f, 1f / 3});
    assertThat(WeightedAverage.of(List.of(only), new long[] {12345}).toFloats())
        .isEqualTo(only.toFloats());
  }

  @Test
  void equalContributorsAreTheirMeanExactly() {
    StateVector same = StateVector.of(new float[] {0.1f, -3e-20f, 7e20f, 1f / 3});
    assertThat(WeightedAverage.of(List.of(same, same, same), new long[] {7, 11, 13}).toFloats())
        .isEqualTo(same.toFloats());
  }

  @Test
  void weightsAreShares() {
    StateVector a = StateVector.of(new float[] {1, 10});
    StateVector b = StateVector.of(new float[] {4, 20});
    assertThat(WeightedAverage.of(List.of(a, b), new long[] {2, 1}).toFloats())
        .containsExactly(2f, (float) (40.0 / 3));
  }

  @Test
  void longVectorsAreAveragedToTheirEnd() {
    int length = 3 * 8192 + 17;
    float[] a = new float[length];
    float[] b = new float[length];
    for (int i = 0; i < length; i++) {
      a[i] = i;
      b[i] = -3f * i;
    }
    float[] mean =
        WeightedAverage.of(List.of(StateVector.of(a), StateVector.of(b)), new long[] {1, 1})
            .toFloats();
    for (int i = 0; i < length; i++) {
      assertThat(mean[i]).isEqualTo(-(float) i);
    }
  }

  /** The rule itself: pooled statistics are those of all the workers' samples together. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Seeded(9)
  void statisticsArePooledAsOfTheUnion(boolean log10Deviation, Seed seed) {
    SplittableRandom random = seed.splittable();
    double[][] samples = {new double[30], new double[50], new double[20]};
    double[] offsets = {-4, 0, 9};
    StateVector[] vectors = new StateVector[3];
    long[] weights = new long[3];
    double[] union = new double[100];
    int at = 0;
    for (int w = 0; w < 3; w++) {
      for (int i = 0; i < samples[w].length; i++) {
        samples[w][i] = offsets[w] + random.nextDouble();
        union[at++] = samples[w][i];
      }
      weights[w] = samples[w].length;
      double variance = variance(samples[w]);
      double stored = log10Deviation ? Math.log10(Math.sqrt(variance)) : variance;
      vectors[w] = StateVector.of(new float[] {77, (float) mean(samples[w]), (float) stored});
    }
    List<StateVector> all = List.of(vectors);
    StateVector pooled = WeightedAverage.of(all, weights);
    WeightedAverage.pool(
        pooled, all, weights, List.of(new PooledStatistics(1, 2, 1, log10Deviation)));
    assertThat(pooled.get(0)).isEqualTo(77f);
    assertThat((double) pooled.get(1)).isCloseTo(mean(union), within(1e-5));
    double variance = log10Deviation ? Math.pow(10, 2.0 * pooled.get(2)) : pooled.get(2);
    assertThat(variance).isCloseTo(variance(union), within(1e-4));
    // The plain average would be far from it: the workers' means differ.
    assertThat(variance(union)).isGreaterThan(10);
  }

  /** Frozen statistics are the same on all workers; a rounding would move them in each round. */
  @Test
  void equalStatisticsStayAsTheyAre() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 1000; i++) {
      float mean = (float) random.nextDouble(-50, 50);
      float spread = (float) random.nextDouble(-3, 1);
      StateVector same = StateVector.of(new float[] {mean, spread});
      List<StateVector> all = List.of(same, same, same);
      long[] weights = {3, 7, 5};
      StateVector pooled = WeightedAverage.of(all, weights);
      WeightedAverage.pool(pooled, all, weights, List.of(new PooledStatistics(0, 1, 1, true)));
      assertThat(pooled.toFloats()).containsExactly(mean, spread);
    }
  }

  /** The mark spares the check of every element; it must never be wrong. */
  @Test
  void onlyFiniteMeansAreMarked() {
    int length = (1 << 16) + 4099;
    for (int at : new int[] {-1, 0, 2047, 2048, 1 << 16, length - 2, length - 1}) {
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
        StateVector one = StateVector.zeros(length);
        StateVector two = StateVector.zeros(length);
        if (at >= 0) {
          one.set(at, bad);
        }
        StateVector mean = WeightedAverage.of(List.of(one, two), new long[] {1, 2});
        assertThat(mean.isMarkedFinite()).as("%s at %d", bad, at).isEqualTo(at < 0);
        assertThat(NotFinite.first(mean))
            .isEqualTo(at < 0 ? OptionalLong.empty() : OptionalLong.of(at));
        mean.set(5, Float.NaN);
        assertThat(NotFinite.first(mean)).isPresent();
      }
    }
    StateVector most = StateVector.of(new float[] {Float.MAX_VALUE, -0f});
    assertThat(WeightedAverage.of(List.of(most, most), new long[] {9, 8}).isMarkedFinite())
        .isTrue();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / values.length;
  }
}
