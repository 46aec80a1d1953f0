package dev.strata.executor.metric;

import java.io.Serializable;

/**
 * Settings of the counts for classification metrics.
 *
 * @param classes at least 1
 * @param positive class with tables of its own; -1: none
 * @param topK a row counts as found if its class is among the k highest scores
 * @param bins of calibration
 * @param rocSteps distinct scores a class that are kept at least; 0: all
 */
public record ClassMeasuring(int classes, int positive, int topK, int bins, int rocSteps)
    implements Serializable {
  /** Buckets of all classes together: 10 MB of a task's result with weights, 6 without. */
  private static final int ALL_STEPS = 1 << 18;

  /** Most buckets of one class. */
  int capacity() {
    return rocSteps == 0 ? Integer.MAX_VALUE : Math.max(2, Math.max(rocSteps, ALL_STEPS / classes));
  }
}
