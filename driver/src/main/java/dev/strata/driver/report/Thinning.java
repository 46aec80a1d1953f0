package dev.strata.driver.report;

import dev.strata.driver.report.ReportContent.Series;
import java.util.ArrayList;
import java.util.List;

/**
 * A series reduced to what a drawing can show: neighbours become one bucket, drawn at their mean
 * with their range around it, so that neither the course nor the spread is lost.
 */
final class Thinning {
  static final int MOST_POINTS = 200;

  private Thinning() {}

  /**
   * Neighbouring points.
   *
   * @param x mean of theirs
   * @param y mean of theirs; NaN for a gap
   * @param low smallest y
   * @param high largest y
   */
  record Bucket(double x, double y, double low, double high) {
    boolean isGap() {
      return Double.isNaN(y);
    }
  }

  /**
   * At most {@link #MOST_POINTS} buckets; the last point keeps a bucket of its own, as it is the
   * one asked for.
   */
  static List<Bucket> of(Series series) {
    int points = series.x().size();
    int size = points <= MOST_POINTS ? 1 : (points - 2) / (MOST_POINTS - 1) + 1;
    List<Bucket> buckets = new ArrayList<>();
    for (int from = 0; from < points - 1; from += size) {
      buckets.add(bucket(series, from, Math.min(from + size, points - 1)));
    }
    if (points > 0) {
      buckets.add(bucket(series, points - 1, points));
    }
    return buckets;
  }

  private static Bucket bucket(Series series, int from, int to) {
    double x = 0;
    double y = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    int finite = 0;
    for (int i = from; i < to; i++) {
      x += series.x().get(i) / (to - from);
      double value = series.y().get(i);
      if (Double.isFinite(value)) {
        finite++;
        y += value;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return finite == 0
        ? new Bucket(x, Double.NaN, Double.NaN, Double.NaN)
        : new Bucket(x, y / finite, low, high);
  }
}
