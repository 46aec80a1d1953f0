package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import java.io.Serializable;

/**
 * Number of elements to change.
 *
 * @param count number; 0: by the share
 * @param share of what there is, rounded, but at least one
 */
public record Amount(int count, double share) implements Serializable {
  /** So many. */
  public static Amount count(int count) {
    return new Amount(count, 0);
  }

  /** A part of what there is, in (0, 1]. */
  public static Amount share(double share) {
    return new Amount(0, share);
  }

  void check(String at, NetworkProblems problems) {
    if (share == 0) {
      Numbers.atLeastOne(at + ".count", count, problems);
    } else if (!(share > 0 && share <= 1)) {
      problems.add(at + ".share", share, "in (0, 1]");
    }
  }

  /** The number to change, out of all. */
  int of(int available) {
    return count > 0 ? count : Math.max(1, (int) Math.round(share * available));
  }
}
