package dev.strata.executor.corruption;

import dev.strata.executor.random.RandomStream;
import java.util.Arrays;

/**
 * Draws an index with probability proportional to its weight, leaving one out: {@code w_v / (W -
 * w_x)} for every v ≠ x, by binary search in the running sums, O(log n).
 */
final class WeightedChoice {
  private final double[] upTo;
  private final int positive;

  /**
   * @param weights at least 0
   */
  WeightedChoice(double[] weights) {
    upTo = new double[weights.length + 1];
    int counted = 0;
    for (int i = 0; i < weights.length; i++) {
      upTo[i + 1] = upTo[i] + weights[i];
      counted += weights[i] > 0 ? 1 : 0;
    }
    positive = counted;
  }

  /** Indices that can be drawn. */
  int choices() {
    return positive;
  }

  /** Whether, whichever is left out, something is left to be drawn: weights may outweigh others. */
  boolean leavesOthers() {
    int last = upTo.length - 1;
    for (int i = 0; i < last; i++) {
      double others = upTo[last] - (upTo[i + 1] - upTo[i]);
      if (!(others > 0) || Double.isInfinite(others)) {
        return false;
      }
    }
    return true;
  }

  /**
   * An index other than {@code without}; at least one such index must have a weight.
   *
   * @param without −1: none is left out
   */
  int draw(int without, RandomStream random) {
    int last = upTo.length - 1;
    double from = without < 0 ? upTo[last] : upTo[without];
    double gap = without < 0 ? 0 : upTo[without + 1] - from;
    while (true) {
      double point = random.uniform() * (upTo[last] - gap);
      int found = index(point < from ? point : point + gap);
      // Rounding may meet the very end of the sums or the border of what is left out.
      if (found < last && found != without && upTo[found + 1] > upTo[found]) {
        return found;
      }
    }
  }

  /** The index whose share of the sum holds the point. */
  private int index(double point) {
    int found = Arrays.binarySearch(upTo, point);
    if (found < 0) {
      return -found - 2;
    }
    // Indices without weight begin where they end: the last of equal beginnings has the share.
    while (found + 1 < upTo.length && upTo[found + 1] == point) {
      found++;
    }
    return found;
  }
}
