package dev.strata.executor.metric;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/** Rows, and their weights, by actual and predicted class. Only pairs that occur take memory. */
public final class ConfusionCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int classes;

  /** {@code actual × classes + predicted} → rows, weight, and what of it is behind the point. */
  private final HashMap<Long, long[]> pairs = new HashMap<>();

  ConfusionCounts(int classes) {
    this.classes = classes;
  }

  public int classes() {
    return classes;
  }

  void add(int actual, int predicted, double weight) {
    add((long) actual * classes + predicted, 1, (long) weight, ExactSums.fraction(weight));
  }

  void merge(ConfusionCounts other) {
    for (Map.Entry<Long, long[]> pair : other.pairs.entrySet()) {
      long[] counts = pair.getValue();
      add(pair.getKey(), counts[0], counts[1], counts[2]);
    }
  }

  private void add(long pair, long rows, long whole, long fraction) {
    long[] counts = pairs.computeIfAbsent(pair, key -> new long[3]);
    counts[0] += rows;
    long before = counts[2];
    counts[2] += fraction;
    counts[1] += whole + (Long.compareUnsigned(counts[2], before) < 0 ? 1 : 0);
  }

  /** Rows of one class that were predicted as the other. */
  public long rows(int actual, int predicted) {
    long[] counts = pairs.get((long) actual * classes + predicted);
    return counts == null ? 0 : counts[0];
  }

  /** Sum of these rows' weights: the rows where none has a weight. */
  public double weight(int actual, int predicted) {
    long[] counts = pairs.get((long) actual * classes + predicted);
    return counts == null ? 0 : ExactSums.number(counts[1], counts[2]);
  }
}
