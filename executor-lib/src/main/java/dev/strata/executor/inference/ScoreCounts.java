package dev.strata.executor.inference;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How many rows of and not of each class reach which threshold {@code i / steps}, i = 0 … steps:
 * all that ROC and precision-recall curves need. Counts are exact, so that any order of merging
 * gives the same.
 *
 * <p>The rule is that of DL4J's {@code ROC(steps)}: a row counts as positive at a threshold where
 * its float32 score is at least the threshold as float32; at threshold 1 none does, so that a curve
 * begins at (0, 0). But a row costs one look-up here, not one comparison a threshold.
 */
public final class ScoreCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int classes;
  private final float[] thresholds;

  /** {@code [class][1 + highest threshold reached]}; 0: none is reached. */
  private final long[][] positives;

  private final long[][] negatives;

  ScoreCounts(int classes, int steps) {
    this.classes = classes;
    this.thresholds = new float[steps + 1];
    for (int i = 0; i <= steps; i++) {
      thresholds[i] = (float) (i * (1.0 / steps));
    }
    this.positives = new long[classes][steps + 2];
    this.negatives = new long[classes][steps + 2];
  }

  public int classes() {
    return classes;
  }

  public int steps() {
    return thresholds.length - 1;
  }

  /**
   * @param actual class of the row
   * @param scores holds the row's scores of all classes from {@code offset} on
   */
  void add(int actual, float[] scores, int offset) {
    for (int c = 0; c < classes; c++) {
      long[] counts = c == actual ? positives[c] : negatives[c];
      counts[1 + highestReached(scores[offset + c])]++;
    }
  }

  /** Adds the other's counts to these. */
  public void merge(ScoreCounts other) {
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < positives[c].length; i++) {
        positives[c][i] += other.positives[c][i];
        negatives[c][i] += other.negatives[c][i];
      }
    }
  }

  /** Rows of the class whose score reaches each threshold, by threshold. */
  public long[] truePositives(int ofClass) {
    return reaching(positives[ofClass]);
  }

  /** Rows of other classes whose score for this class reaches each threshold, by threshold. */
  public long[] falsePositives(int ofClass) {
    return reaching(negatives[ofClass]);
  }

  /** Rows of the class. */
  public long actualPositives(int ofClass) {
    return Arrays.stream(positives[ofClass]).sum();
  }

  /** Rows of other classes. */
  public long actualNegatives(int ofClass) {
    return Arrays.stream(negatives[ofClass]).sum();
  }

  private static long[] reaching(long[] highest) {
    long[] reaching = new long[highest.length - 1];
    long sum = 0;
    for (int i = reaching.length - 1; i >= 0; i--) {
      sum += highest[i + 1];
      reaching[i] = sum;
    }
    return reaching;
  }

  private int highestReached(float score) {
    if (!(score >= 0)) {
      return -1;
    }
    int last = thresholds.length - 2;
    int guess = (int) Math.min(last, (long) (score * (double) steps()));
    // Rounding of thresholds may put the score one step off.
    while (guess < last && score >= thresholds[guess + 1]) {
      guess++;
    }
    while (guess >= 0 && score < thresholds[guess]) {
      guess--;
    }
    return guess;
  }
}
