package dev.strata.executor.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.random.RandomStream;
import org.junit.jupiter.api.Test;

class DistanceFitTest {
  @Test
  void theCurveThatMadeTheLabelsIsFound() {
    // p(same) = 1 / (1 + e^(2 d - 6)), both kinds weighing alike as they are equally many.
    RandomStream random = RandomStream.of(1, 2, 3);
    double[] same = new double[100_000];
    double[] different = new double[100_000];
    int alike = 0;
    int unlike = 0;
    while (alike < same.length || unlike < different.length) {
      double distance = 6 * random.uniform();
      boolean isSame = random.uniform() < 1 / (1 + Math.exp(2 * distance - 6));
      if (isSame && alike < same.length) {
        same[alike++] = distance;
      } else if (!isSame && unlike < different.length) {
        different[unlike++] = distance;
      }
    }
    DistanceFit fit = DistanceFit.of(same, different);
    assertThat(fit.weight()).isCloseTo(-2, within(0.05));
    assertThat(fit.bias()).isCloseTo(6, within(0.15));
  }

  @Test
  void theFitHasNoSteeperNeighbour() {
    double[] same = {1, 2, 2.5, 4};
    double[] different = {3, 3.5, 6};
    DistanceFit fit = DistanceFit.of(same, different);
    double best = loss(same, different, fit.weight(), fit.bias());
    for (double change : new double[] {-0.05, 0.05}) {
      assertThat(loss(same, different, fit.weight() + change, fit.bias())).isGreaterThan(best);
      assertThat(loss(same, different, fit.weight(), fit.bias() + change)).isGreaterThan(best);
    }
  }

  @Test
  void kindsThatLieApartHaveAFiniteCurveBetweenThem() {
    DistanceFit fit = DistanceFit.of(new double[] {1, 2}, new double[] {10, 12});
    assertThat(fit.weight()).isBetween(-20.0, -0.1);
    assertThat(-fit.bias() / fit.weight()).isBetween(2.0, 10.0);
  }

  @Test
  void distancesThatSayNothingStillBeginWithNearerIsAlike() {
    assertThat(DistanceFit.of(new double[] {5, 7}, new double[] {1, 3}))
        .isEqualTo(new DistanceFit(-1, 4));
    assertThat(DistanceFit.of(new double[] {2, 2}, new double[] {2}))
        .isEqualTo(new DistanceFit(-1, 2));
    assertThat(DistanceFit.of(new double[] {0}, new double[] {0}))
        .isEqualTo(new DistanceFit(-1, 0));
  }

  private static double loss(double[] same, double[] different, double weight, double bias) {
    double loss = 0;
    for (double distance : same) {
      loss += Math.log1p(Math.exp(-weight * distance - bias)) / same.length;
    }
    for (double distance : different) {
      loss += Math.log1p(Math.exp(weight * distance + bias)) / different.length;
    }
    return loss;
  }
}
