package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class AdamRateTest {
  /** ND4J's step of m = v = g = 1 without ε is the rate itself, where 1 - β is exact. */
  @Test
  @Seeded
  void isNd4jsToTheBit(Seed seed) {
    SplittableRandom random = seed.splittable();
    for (int draw = 0; draw < 2000; draw++) {
      double rate = Math.pow(10, random.nextDouble(-8, 1));
      double beta1 = 1 - Math.pow(10, random.nextDouble(-5, -0.31));
      double beta2 = 1 - Math.pow(10, random.nextDouble(-6, -0.31));
      int iteration = (int) Math.pow(10, random.nextDouble(0, 6)) - 1;
      INDArray gradient = Nd4j.createFromArray(1f);
      Nd4j.exec(
          new AdamUpdater(
              gradient,
              Nd4j.createFromArray(1f),
              Nd4j.createFromArray(1f),
              rate,
              beta1,
              beta2,
              0,
              iteration));
      assertThat(AdamRate.of(new Adam(rate, beta1, beta2, 1e-8), iteration, 0))
          .as("%s, %s, %s, %d", rate, beta1, beta2, iteration)
          .isEqualTo(gradient.getFloat(0));
    }
  }

  @Test
  void isZeroWhereNd4jReplacesIt() {
    for (double rate : new double[] {0, Double.NaN, 1e39}) {
      assertThat(AdamRate.of(new Adam(rate, 0.9, 0.999, 1e-8), 3, 0)).isZero();
    }
    assertThat(AdamRate.of(new Adam(0.1, 1, 0.999, 1e-8), 3, 0)).isZero();
  }
}
