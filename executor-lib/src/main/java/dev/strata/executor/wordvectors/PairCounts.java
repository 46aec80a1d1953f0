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
    long[] bothKeys = new long[size() + other.size()];
    long[] bothCounts = new long[bothKeys.length];
    int size = 0;
    int here = 0;
    int there = 0;
    while (here < size() || there < other.size()) {
      long own = here < size() ? keys[here] : Long.MAX_VALUE;
      long its = there < other.size() ? other.keys[there] : Long.MAX_VALUE;
      bothKeys[size] = Math.min(own, its);
      if (own <= its) {
        bothCounts[size] += counts[here++];
      }
      if (its <= own) {
        bothCounts[size] += other.counts[there++];
      }
      size++;
    }
    if (size > MOST) {
      throw StrataException.data("the texts have too many different pairs of words")
          .key("task.co-occurrence.window")
          .found("more than " + MOST + " pairs")
          .expected(
              "a smaller window, or fewer known words: a higher data.text.min-count or a lower"
                  + " data.text.max-size")
          .build();
    }
    return new PairCounts(Arrays.copyOf(bothKeys, size), Arrays.copyOf(bothCounts, size));
  }

  /**
   * Sorts pairs and adds up what is counted of the same one.
   *
   * @param packed {@code key << bits | count}; sorted afterwards
   * @param length so many of them
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
