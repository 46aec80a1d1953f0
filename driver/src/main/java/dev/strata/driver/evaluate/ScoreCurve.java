package dev.strata.driver.evaluate;

import dev.strata.driver.evaluate.EvaluationResult.Curve;
import dev.strata.executor.metric.ScoreDistribution;
import dev.strata.executor.metric.ScoreDistribution.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ROC and precision-recall curve of one class against all others. Thresholds are the lowest scores
 * of the distribution's steps, so that every point is exact; only pairs of rows within one step of
 * several scores are not told apart.
 */
final class ScoreCurve {
  /** Most points of a drawn curve but for its ends. */
  private static final int DRAWN_POINTS = 100;

  private final List<Step> steps;

  /** Sums over all steps from the top to each, that one included. */
  private final double[] truePositives;

  private final double[] falsePositives;

  ScoreCurve(ScoreDistribution scores) {
    this.steps = scores.descending();
    this.truePositives = new double[steps.size()];
    this.falsePositives = new double[steps.size()];
    double positives = 0;
    double negatives = 0;
    for (int i = 0; i < steps.size(); i++) {
      positives += steps.get(i).positives();
      negatives += steps.get(i).negatives();
      truePositives[i] = positives;
      falsePositives[i] = negatives;
    }
  }

  int size() {
    return steps.size();
  }

  Step step(int i) {
    return steps.get(i);
  }

  /** Rows of the class whose score reaches threshold i. */
  double truePositives(int i) {
    return i < 0 ? 0 : truePositives[i];
  }

  /** Other rows whose score reaches threshold i. */
  double falsePositives(int i) {
    return i < 0 ? 0 : falsePositives[i];
  }

  double positives() {
    return truePositives(size() - 1);
  }

  double negatives() {
    return falsePositives(size() - 1);
  }

  /**
   * Probability that a row of the class has a higher score than another row, equal ones counting
   * half (Mann and Whitney 1947); empty without rows of both kinds.
   */
  Optional<Double> rocAuc() {
    double pairs = positives() * negatives();
    if (!(pairs > 0)) {
      return Optional.empty();
    }
    double below = 0;
    for (int i = 0; i < size(); i++) {
      below += steps.get(i).negatives() * (truePositives(i - 1) + steps.get(i).positives() / 2);
    }
    return Optional.of(below / pairs);
  }

  /**
   * The most by which {@link #rocAuc} may be off: of rows that share a step of several scores, half
   * the share in all pairs.
   */
  double rocAucError() {
    double apart = 0;
    for (Step step : steps) {
      apart += step.merged() ? step.positives() * step.negatives() / 2 : 0;
    }
    double pairs = positives() * negatives();
    return pairs > 0 ? apart / pairs : 0;
  }

  /** Average precision {@code Σ (R_i - R_{i-1}) P_i}; empty without rows of the class. */
  Optional<Double> averagePrecision() {
    if (!(positives() > 0)) {
      return Optional.empty();
    }
    double sum = 0;
    for (int i = 0; i < size(); i++) {
      sum += steps.get(i).positives() * precision(i);
    }
    return Optional.of(sum / positives());
  }

  /**
   * The most by which {@link #averagePrecision} may be off: within a step of several scores,
   * precision lies between that with all its other rows first and that with all its positives
   * first.
   */
  double averagePrecisionError() {
    double apart = 0;
    for (int i = 0; i < size(); i++) {
      Step step = steps.get(i);
      if (step.merged() && step.positives() > 0) {
        double highest = truePositives(i) / (truePositives(i) + falsePositives(i - 1));
        double lowest =
            truePositives(i - 1) == 0
                ? 0
                : truePositives(i - 1) / (truePositives(i - 1) + falsePositives(i));
        apart += step.positives() * Math.max(highest - precision(i), precision(i) - lowest);
      }
    }
    return positives() > 0 ? apart / positives() : 0;
  }

  /** Share of rows of the class among those that reach threshold i. */
  double precision(int i) {
    double predicted = truePositives(i) + falsePositives(i);
    return predicted > 0 ? truePositives(i) / predicted : 0;
  }

  /** For drawing; of both kinds of rows. */
  List<Curve> drawn(String name) {
    Line roc = new Line("roc", name, 2);
    Line pr = new Line("pr", name, 1);
    roc.add(0, 0, 0);
    for (int i = 0; i < size(); i++) {
      double recall = truePositives(i) / positives();
      double falseRate = falsePositives(i) / negatives();
      roc.add(falseRate, recall, falseRate + recall);
      if (truePositives(i) > 0) {
        pr.add(recall, precision(i), recall);
      }
    }
    return List.of(roc.curve(), pr.curve());
  }

  /** A line that keeps points at a minimum distance from each other. */
  private static final class Line {
    private final String kind;
    private final String name;
    private final double length;
    private final List<Double> x = new ArrayList<>();
    private final List<Double> y = new ArrayList<>();
    private double kept = Double.NEGATIVE_INFINITY;
    private double lastX = Double.NaN;
    private double lastY = Double.NaN;

    Line(String kind, String name, double length) {
      this.kind = kind;
      this.name = name;
      this.length = length;
    }

    /**
     * @param along how far the point is from the beginning, of {@code length}
     */
    void add(double atX, double atY, double along) {
      lastX = atX;
      lastY = atY;
      if (along - kept >= length / DRAWN_POINTS) {
        keep(along);
      }
    }

    private void keep(double along) {
      x.add(lastX);
      y.add(lastY);
      kept = along;
    }

    Curve curve() {
      int last = x.size() - 1;
      if (last < 0 || x.get(last) != lastX || y.get(last) != lastY) {
        keep(length);
      }
      return new Curve(kind, name, x, y);
    }
  }
}
