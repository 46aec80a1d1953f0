package dev.strata.executor.auxiliary;

import dev.strata.executor.random.RandomStream;
import java.io.Serializable;

/**
 * Sample of the rows of a ShardSet with groups: about this number of rows, in whole groups where
 * these are small, else in a part of each, so that there are pairs of one group and of two.
 *
 * @param groupShare fraction of the groups to sample rows from
 * @param rowShare share of the rows of such a group
 */
public record GroupSample(double groupShare, double rowShare, long seed) implements Serializable {
  /** Fewer groups would be a poor sample of pairs, or none. */
  private static final double LEAST_GROUPS = 200;

  /**
   * @param rows of the ShardSet
   * @param groups that they belong to
   * @param most rows, about
   */
  public static GroupSample of(long rows, long groups, double most, long seed) {
    double share = Math.min(1, most / rows);
    double groupShare = Math.min(1, Math.max(share, LEAST_GROUPS / groups));
    return new GroupSample(groupShare, share / groupShare, seed);
  }

  boolean has(int group, long row) {
    return taken(groupShare, group, 0) && taken(rowShare, row, 1);
  }

  private boolean taken(double share, long number, int kind) {
    return share >= 1 || RandomStream.of(seed, number, kind).uniform() < share;
  }
}
