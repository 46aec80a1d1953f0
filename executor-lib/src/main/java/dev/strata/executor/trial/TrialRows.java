package dev.strata.executor.trial;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Chosen rows of one of the ShardSets that trials draw from.
 *
 * @param set number of the ShardSet in the list that the trials are run with
 * @param rows in {@code [0, rows of the set)}, counted through its blocks as they are stored
 */
public record TrialRows(int set, int[] rows) implements Serializable {
  public TrialRows {
    rows = rows.clone();
  }

  /** All rows of a set. */
  public static TrialRows all(int set, int count) {
    int[] rows = new int[count];
    Arrays.setAll(rows, i -> i);
    return new TrialRows(set, rows);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrialRows that && set == that.set && Arrays.equals(rows, that.rows);
  }

  @Override
  public int hashCode() {
    return 31 * set + Arrays.hashCode(rows);
  }
}
