package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantileCurveTest {
  /** Φ⁻¹ of 0.2 and 0.4: Abramowitz and Stegun, table 26.5, and more digits by any mathematics. */
  private static final double NORMAL_20 = -0.8416212335729143;

  private static final double NORMAL_40 = -0.2533471031357997;

  /** What scikit-learn clips to: the normal value of the level 1e-7. */
  private static final double END = 5.199337582192816;

  @Test
  void betweenQuantilesTheRankIsInterpolated() {
    QuantileCurve curve = new QuantileCurve(new double[] {0, 10, 20, 40, 80, 160});
    assertThat(curve.rank(5)).isEqualTo(0.1);
    assertThat(curve.rank(30)).isEqualTo(0.5);
    assertThat(curve.rank(10)).isEqualTo(0.2);
    assertThat(curve.normal(10)).isCloseTo(NORMAL_20, within(1e-12));
    assertThat(curve.normal(40)).isCloseTo(-NORMAL_40, within(1e-12));
    assertThat(curve.normal(30)).isCloseTo(0, within(1e-15));
  }

  @Test
  void outsideOfTheTrainingRowsIsTheNearestEnd() {
    QuantileCurve curve = new QuantileCurve(new double[] {0, 1, 2});
    for (double x : new double[] {-1e300, -1e-9, 0}) {
      assertThat(curve.normal(x)).isCloseTo(-END, within(1e-8));
    }
    for (double x : new double[] {2, 2.0000001, 1e300}) {
      assertThat(curve.normal(x)).isCloseTo(END, within(1e-8));
    }
  }

  /** Levels 0, 0.25, 0.5, 0.75, 1: the first three belong to 3, so that its rank is 0.25. */
  @Test
  void tiesHaveTheMiddleOfTheirLevels() {
    assertThat(new QuantileCurve(new double[] {1, 3, 3, 3, 9}).rank(3)).isEqualTo(0.5);
    assertThat(new QuantileCurve(new double[] {3, 3, 3, 8, 9}).rank(3)).isEqualTo(0.25);
    assertThat(new QuantileCurve(new double[] {0, 1, 3, 3, 3}).rank(3)).isEqualTo(0.75);
    assertThat(new QuantileCurve(new double[] {3, 3, 3}).normal(3)).isZero();
    assertThat(new QuantileCurve(new double[] {3}).normal(3)).isZero();
  }

  @Test
  void orderIsKept() {
    Random random = new Random(1);
    double[] sample = random.doubles(5000).map(x -> Math.round(40 * x * x) / 4.0).toArray();
    QuantileCurve curve = new QuantileCurve(array(Quantiles.of(sample, 1000)));
    double[] xs = random.doubles(2000, -3, 13).sorted().toArray();
    double last = Double.NEGATIVE_INFINITY;
    for (double x : xs) {
      double normal = curve.normal(x);
      assertThat(normal).isBetween(-5.2, 5.2).isGreaterThanOrEqualTo(last);
      last = normal;
    }
  }

  @Test
  void theTrainingRowsBecomeNormal() {
    double[] sample = new Random(2).doubles(20_000).map(x -> Math.exp(8 * x)).toArray();
    QuantileCurve curve = new QuantileCurve(array(Quantiles.of(sample, 1000)));
    double[] normal = Arrays.stream(sample).map(curve::normal).sorted().toArray();
    double mean = Arrays.stream(normal).average().orElseThrow();
    double variance = Arrays.stream(normal).map(x -> x * x).average().orElseThrow();
    assertThat(mean).isCloseTo(0, within(0.005));
    assertThat(variance).isCloseTo(1, within(0.02));
    assertThat(normal[4000]).isCloseTo(NORMAL_20, within(0.005));
  }

  /** {@code numpy.percentile([1, 2, 4, 8], [0, 25, 50, 75, 100])}. */
  @Test
  void quantilesAreThoseOfNumpy() {
    assertThat(Quantiles.of(new double[] {8, 1, 4, 2}, 5))
        .containsExactly(1.0, 1.75, 3.0, 5.0, 8.0);
    assertThat(Quantiles.of(new double[] {8, 1, 4, 2}, 1)).containsExactly(3.0);
    assertThat(Quantiles.of(new double[] {7}, 5)).containsExactly(7.0, 7.0, 7.0, 7.0, 7.0);
  }

  @Test
  void quantilesAscendWhateverTheRounding() {
    double[] sample =
        new Random(3).doubles(997).map(x -> 0.1 + 1e-15 * Math.floor(x * 3)).toArray();
    List<Double> quantiles = Quantiles.of(sample, 1000);
    assertThat(quantiles).isSorted();
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
