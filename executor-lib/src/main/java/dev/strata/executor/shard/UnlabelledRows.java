package dev.strata.executor.shard;

import java.io.Serializable;

/**
 * Unlabelled rows that a learner takes beside its own.
 *
 * @param set they are of; its first input has the shape of the learner's rows
 * @param ratio unlabelled rows for each row of a minibatch, at least 1
 * @param passes through its own rows that make an epoch of the learner, at least 1
 */
public record UnlabelledRows(ShardSet set, int ratio, int passes) implements Serializable {
  public UnlabelledRows {
    if (ratio < 1 || passes < 1) {
      throw new IllegalArgumentException("ratio " + ratio + ", " + passes + " passes");
    }
  }

  /** The same rows as frozen layers make them. */
  public UnlabelledRows of(ShardSet other) {
    return new UnlabelledRows(other, ratio, passes);
  }

  /**
   * Passes through the learner's own rows in which each unlabelled row is seen once, at least 1.
   *
   * @param unlabelled number of unlabelled rows
   * @param own number of the learner's own rows, at least 1
   */
  public static int passes(long unlabelled, long own, int ratio) {
    long seen = own * ratio;
    return Math.toIntExact(Math.max(1, (unlabelled + seen - 1) / seen));
  }
}
