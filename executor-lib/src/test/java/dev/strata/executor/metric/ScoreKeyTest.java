package dev.strata.executor.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoreKeyTest {
  @Test
  @Seeded(1)
  void keysHaveTheOrderOfTheScores(Seed seed) {
    float[] scores = new float[20_012];
    Random random = seed.random();
    for (int i = 0; i < 20_000; i++) {
      scores[i] =
          switch (i % 5) {
            case 0 -> random.nextFloat();
            case 1 -> 1 - random.nextInt(3000) * 0x1p-24f;
            case 2 -> (float) random.nextGaussian();
            case 3 -> Float.intBitsToFloat(random.nextInt(1 << 20));
            default -> (float) (random.nextGaussian() * 1e30);
          };
    }
    float[] ends = {
      0f,
      0.5f,
      Math.nextUp(0.5f),
      Math.nextDown(0.5f),
      1f,
      Math.nextUp(1f),
      Math.nextDown(1f),
      -1f,
      -0.5f,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.MIN_VALUE
    };
    System.arraycopy(ends, 0, scores, 20_000, ends.length);
    Arrays.sort(scores);
    for (int i = 0; i < scores.length; i++) {
      assertThat(ScoreKey.score(ScoreKey.of(scores[i]))).isEqualTo(scores[i]);
      if (i > 0) {
        assertThat(Long.compare(ScoreKey.of(scores[i - 1]), ScoreKey.of(scores[i])))
            .as(scores[i - 1] + " and " + scores[i])
            .isEqualTo(Float.compare(scores[i - 1], scores[i]));
      }
    }
  }

  @Test
  void bothZerosAreOneScore() {
    assertThat(ScoreKey.of(-0f)).isEqualTo(ScoreKey.of(0f));
  }

  /** Distances from 1 are resolved like distances from 0: 20 cut bits leave 3 of the mantissa. */
  @Test
  void leadingBitsTellScoresNearOneApart() {
    for (float apart = 0x1p-23f; apart < 0.25f; apart *= 2) {
      assertThat(ScoreKey.of(1 - apart) >> 20).isGreaterThan(ScoreKey.of(1 - 2 * apart) >> 20);
      assertThat(ScoreKey.of(apart) >> 20).isLessThan(ScoreKey.of(2 * apart) >> 20);
    }
  }
}
