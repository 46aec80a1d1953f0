package dev.strata.executor.wordvectors;

import dev.strata.executor.failure.StrataException;
import java.io.Serializable;
import java.util.Arrays;

/**
 * How often pairs of words stand near each other. A pair's key is {@code i · words + j}, i ≤ j
 * being the two words' ids.
 *
 * @param keys ascending, each once
 * @param counts of each pair, above 0
 */
public record PairCounts(long[] keys, long[] counts) implements Serializable {
  /** Nothing counted. */
  public static final PairCounts NONE = new PairCounts(new long[0], new long[0]);

  /** Of different pairs: 512 MiB, half of what Spark lets tasks send to the driver by default. */
  private static final int MOST = 1 << 25;

  public PairCounts {
    if (keys.length != counts.length) {
      throw new IllegalArgumentException(keys.length + " keys, " + counts.length + " counts");
    }
  }

  /** Number of different pairs. */
  public int size() {
    return keys.length;
  }

  /**
   * Both counts added up.
   *
   * @throws StrataException (data) where the pairs are too many for memory
   */
  public PairCounts plus(PairCounts other) {
    return plus(other, MOST);
  }

  /** As above, with another bound. */
  PairCounts plus(PairCounts other, int most) {
    int size = size() + other.size() - same(other);
    if (size > most) {
      throw StrataException.data("the texts have too many different pairs of words")
          .key("task.co-occurrence.window")
          .found(size + " pairs, in a part of the texts or in all")
          .expected(
              ("at most %d: a smaller window, or fewer known words by a higher data.text.min-count"
                      + " or a lower data.text.max-size")
                  .formatted(most))
          .build();
    }
    long[] bothKeys = new long[size];
    long[] bothCounts = new long[size];
    int here = 0;
    int there = 0;
    for (int i = 0; i < size; i++) {
      long own = key(here);
      long its = other.key(there);
      bothKeys[i] = Math.min(own, its);
      if (own <= its) {
        bothCounts[i] += counts[here++];
      }
      if (its <= own) {
        bothCounts[i] += other.counts[there++];
      }
    }
    return new PairCounts(bothKeys, bothCounts);
  }

  /** Number of pairs that both have. */
  private int same(PairCounts other) {
    int same = 0;
    int here = 0;
    int there = 0;
    while (here < size() && there < other.size()) {
      int order = Long.compare(keys[here], other.keys[there]);
      same += order == 0 ? 1 : 0;
      here += order <= 0 ? 1 : 0;
      there += order >= 0 ? 1 : 0;
    }
    return same;
  }

  /** Behind the last key there is none below. */
  private long key(int at) {
    return at < size() ? keys[at] : Long.MAX_VALUE;
  }

  /**
   * Sorts pairs and adds up what is counted of the same one.
   *
   * @param packed {@code key << bits | count}; sorted afterwards
   * @param length number of pairs
   * @param bits of a count, which is below 2^bits
   */
  static PairCounts of(long[] packed, int length, int bits) {
    Arrays.sort(packed, 0, length);
    long[] keys = new long[length];
    long[] counts = new long[length];
    long mask = (1L << bits) - 1;
    int size = 0;
    for (int i = 0; i < length; i++) {
      long key = packed[i] >>> bits;
      if (size == 0 || keys[size - 1] != key) {
        keys[size++] = key;
      }
      counts[size - 1] += packed[i] & mask;
    }
    return new PairCounts(Arrays.copyOf(keys, size), Arrays.copyOf(counts, size));
  }
}
