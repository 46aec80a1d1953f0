package dev.strata.executor.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moments of Beta(α, α). */
class BetaDistributionTest {
  private static final int DRAWS = 40_000;

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.2, 0.5, 1, 2, 8})
  void moments(double alpha) {
    RandomStream random = RandomStream.of(5, 0, 0);
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    for (int i = 0; i < DRAWS; i++) {
      double centered = BetaDistribution.symmetric(alpha, random) - 0.5;
      assertThat(centered).isBetween(-0.5, 0.5);
      sum += centered;
      squares += centered * centered;
      fourth += Math.pow(centered, 4);
    }
    double variance = 1 / (4 * (2 * alpha + 1));
    double error = Math.sqrt(variance / DRAWS);
    assertThat(sum / DRAWS).isCloseTo(0, within(4 * error));
    assertThat(squares / DRAWS).isCloseTo(variance, within(0.02 * variance));
    // Excess kurtosis of Beta(α, α): −6 / (2 α + 3).
    double expected = (3 - 6 / (2 * alpha + 3)) * variance * variance;
    assertThat(fourth / DRAWS).isCloseTo(expected, within(0.04 * expected));
  }

  @Test
  void tinyAlphaGivesTheEnds() {
    RandomStream random = RandomStream.of(6, 0, 0);
    int low = 0;
    for (int i = 0; i < 1000; i++) {
      double value = BetaDistribution.symmetric(Double.MIN_VALUE, random);
      assertThat(value).isIn(0.0, 1.0);
      low += value == 0 ? 1 : 0;
    }
    assertThat(low).isBetween(400, 600);
  }
}
