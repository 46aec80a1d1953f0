package dev.strata.driver.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.report.ReportContent.Series;
import dev.strata.driver.report.Thinning.Bucket;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThinningTest {
  private static Series series(int points) {
    List<Double> x = IntStream.range(0, points).mapToObj(i -> (double) i).toList();
    return new Series("a", x, x.stream().map(v -> v % 7).toList());
  }

  @Test
  void fewPointsStayAsTheyAre() {
    assertThat(Thinning.of(series(Thinning.MOST_POINTS)))
        .hasSize(Thinning.MOST_POINTS)
        .allSatisfy(
            b -> assertThat(b.y()).isEqualTo(b.x() % 7).isEqualTo(b.low()).isEqualTo(b.high()));
    assertThat(Thinning.of(series(1))).containsExactly(new Bucket(0, 0, 0, 0));
    assertThat(Thinning.of(series(0))).isEmpty();
  }

  @Test
  void manyPointsBecomeAtMostTheLimitAndKeepTheirRangeAndTheLast() {
    for (int points : new int[] {201, 399, 400, 401, 1000, 12_345}) {
      List<Bucket> buckets = Thinning.of(series(points));

      assertThat(buckets).hasSizeBetween(100, Thinning.MOST_POINTS);
      assertThat(buckets).isSortedAccordingTo((a, b) -> Double.compare(a.x(), b.x()));
      assertThat(buckets.stream().mapToDouble(Bucket::high).max().getAsDouble()).isEqualTo(6);
      assertThat(buckets.stream().mapToDouble(Bucket::low).min().getAsDouble()).isZero();
      assertThat(buckets.get(buckets.size() - 1).x()).isEqualTo(points - 1);
    }
  }

  @Test
  void aBucketIsTheMeanOfItsFinitePoints() {
    List<Double> x = IntStream.range(0, 400).mapToObj(i -> (double) i).toList();
    List<Double> y =
        x.stream().map(v -> v == 1 ? Double.NaN : v < 2 ? 5.0 : Double.POSITIVE_INFINITY).toList();

    List<Bucket> buckets = Thinning.of(new Series("a", x, y));

    assertThat(buckets.get(0).x()).isCloseTo(1, within(1e-9));
    assertThat(buckets.get(0).y()).isEqualTo(5);
    assertThat(buckets.get(1).isGap()).isTrue();
  }
}
