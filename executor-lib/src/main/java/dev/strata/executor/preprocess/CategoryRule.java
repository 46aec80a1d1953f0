package dev.strata.executor.preprocess;

import java.io.Serializable;

/**
 * Which categories have an element of their own: the keys {@code data.categories}.
 *
 * @param max most categories of a column with one; the most frequent ones of a column with more
 * @param minCount training rows that a category with one has at least
 * @param buckets elements that the other categories of a column share, if it has any
 */
public record CategoryRule(int max, long minCount, int buckets) implements Serializable {
  /** Categories that are counted one by one, unless {@code max} is higher. */
  private static final int MOST_COUNTED = 65_536;

  /** The defaults of the keys. */
  public static CategoryRule defaults() {
    return new CategoryRule(256, 1, 64);
  }

  /** Categories of a column up to which each one is counted; beyond it, all are hashed. */
  int counted() {
    return Math.max(max, MOST_COUNTED);
  }

  /** Buckets of a column whose categories are all hashed. */
  int allHashed() {
    return max + buckets;
  }

  /** Whether a column's categories may have been chosen by this rule. */
  public boolean fits(ColumnStatistics column) {
    int hashed = column.buckets().size();
    boolean all = column.categories().isEmpty() && hashed == allHashed();
    return all
        || column.categories().size() <= max
            && (hashed == 0 || hashed == buckets)
            && column.frequencies().stream().allMatch(rows -> rows >= minCount);
  }

  /**
   * Elements of a column with that many categories, as far as their number tells.
   *
   * @param categories at least {@code max + 1} where there are more
   */
  public int width(int categories) {
    return categories <= max ? categories : max + buckets;
  }
}
