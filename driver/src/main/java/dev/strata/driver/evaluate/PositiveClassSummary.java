package dev.strata.driver.evaluate;

import dev.strata.driver.evaluate.PositiveClass.LiftBand;
import dev.strata.driver.evaluate.PositiveClass.OperatingPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Thresholds and lift of one class against all others. */
final class PositiveClassSummary {
  private static final int BANDS = 10;
  private static final double HALF = 0.5;

  /** Shares of the rows that should reach the thresholds shown. */
  private static final double[] SHARES = {
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1
  };

  private final ScoreCurve curve;
  private final double positives;
  private final double all;

  PositiveClassSummary(ScoreCurve curve) {
    this.curve = curve;
    this.positives = curve.positives();
    this.all = curve.positives() + curve.negatives();
  }

  /** Empty without rows of the class and of others. */
  Optional<PositiveClass> of(String name) {
    if (!(positives > 0 && curve.negatives() > 0)) {
      return Optional.empty();
    }
    int best = best();
    return Optional.of(
        new PositiveClass(
            name, positives / all, f1(best), curve.step(best).score(), thresholds(best), lift()));
  }

  private int best() {
    int best = 0;
    for (int i = 1; i < curve.size(); i++) {
      if (f1(i) > f1(best)) {
        best = i;
      }
    }
    return best;
  }

  private List<OperatingPoint> thresholds(int best) {
    TreeSet<Integer> shown = new TreeSet<>(List.of(best));
    int i = 0;
    for (double share : SHARES) {
      while (i < curve.size() - 1 && predicted(i) < share * all) {
        i++;
      }
      shown.add(i);
    }
    List<OperatingPoint> points = new ArrayList<>();
    boolean half = false;
    for (int at : shown) {
      double threshold = curve.step(at).score();
      if (!half && threshold <= HALF) {
        half = true;
        if (threshold < HALF) {
          points.add(point(HALF, lastReaching(HALF)));
        }
      }
      points.add(point(threshold, at));
    }
    return points;
  }

  private int lastReaching(double threshold) {
    int i = -1;
    while (i + 1 < curve.size() && curve.step(i + 1).score() >= threshold) {
      i++;
    }
    return i;
  }

  private OperatingPoint point(double threshold, int i) {
    return new OperatingPoint(
        threshold,
        predicted(i),
        curve.truePositives(i),
        i < 0 ? 0 : curve.precision(i),
        curve.truePositives(i) / positives,
        curve.falsePositives(i) / curve.negatives(),
        f1(i));
  }

  private double predicted(int i) {
    return curve.truePositives(i) + curve.falsePositives(i);
  }

  private double f1(int i) {
    return 2 * curve.truePositives(i) / (positives + predicted(i));
  }

  private List<LiftBand> lift() {
    List<LiftBand> bands = new ArrayList<>();
    double base = positives / all;
    double before = 0;
    int i = 0;
    for (int band = 1; band <= BANDS; band++) {
      double depth = all * band / BANDS;
      while (i < curve.size() - 1 && predicted(i) < depth) {
        i++;
      }
      double step = predicted(i) - predicted(i - 1);
      double part = Math.min(1, (depth - predicted(i - 1)) / step);
      double found = curve.truePositives(i - 1) + part * curve.step(i).positives();
      double share = (found - before) / (all / BANDS);
      bands.add(
          new LiftBand(
              band,
              curve.step(i).score(),
              all / BANDS,
              found - before,
              share,
              share / base,
              found / positives,
              found / depth / base));
      before = found;
    }
    return bands;
  }
}
