package dev.strata.executor.metric;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts of rows of a class, and of other classes, by their score for it: the input of ROC and
 * precision-recall curves. Every distinct score is kept while there are at most {@code capacity};
 * beyond that, scores that agree in the leading bits of their {@link ScoreKey} share a bucket, and
 * the number of bits is the greatest that needs no more than {@code capacity} buckets. That number
 * follows from the set of scores alone, and counts are exact sums, so that any order of adding and
 * merging gives the same distribution.
 *
 * <p>Memory: up to 24 bytes a bucket for counts (40 with weights) and 8 to 16 for finding it.
 */
public final class ScoreDistribution implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int capacity;
  private int shift;
  private int size;

  /** Lowest key of the bucket's scores × 2, + 1 where it holds several distinct ones. */
  private long[] lowest = new long[16];

  private long[] positives = new long[16];
  private long[] negatives = new long[16];

  /** Behind the point, in units of 2^-64; null while all weights are whole. */
  private long[] positiveFractions;

  private long[] negativeFractions;

  /** Hash table of bucket + 1; 0: free. */
  private transient int[] slots = new int[32];

  /**
   * @param capacity most buckets, at least 2
   */
  public ScoreDistribution(int capacity) {
    if (capacity < 2) {
      throw new IllegalArgumentException("capacity " + capacity);
    }
    this.capacity = capacity;
  }

  /**
   * Rows whose scores lie between this threshold and the next one above.
   *
   * @param score the lowest of their scores: rows reach the threshold exactly where {@code score ≥}
   *     this
   * @param positives weight of the rows of the class
   * @param negatives weight of the other rows
   * @param merged whether several distinct scores share the step
   */
  public record Step(float score, double positives, double negatives, boolean merged) {}

  /** Adds a row with a score that is a number. */
  public void add(float score, boolean positive, double weight) {
    long whole = (long) weight;
    long fraction = whole == weight ? 0 : ExactSums.fraction(weight);
    long key = ScoreKey.of(score) << 1;
    if (positive) {
      put(key, whole, fraction, 0, 0);
    } else {
      put(key, 0, 0, whole, fraction);
    }
  }

  /** Adds the other's rows to these. Both have the same capacity. */
  public void merge(ScoreDistribution other) {
    if (other.shift > shift) {
      coarsen(other.shift);
    }
    for (int i = 0; i < other.size; i++) {
      boolean fractions = other.positiveFractions != null;
      put(
          other.lowest[i],
          other.positives[i],
          fractions ? other.positiveFractions[i] : 0,
          other.negatives[i],
          fractions ? other.negativeFractions[i] : 0);
    }
  }

  /** From the highest score to the lowest. */
  public List<Step> descending() {
    return IntStream.range(0, size)
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> lowest[i]).reversed())
        .map(
            i ->
                new Step(
                    ScoreKey.score(lowest[i] >> 1),
                    ExactSums.number(
                        positives[i], positiveFractions == null ? 0 : positiveFractions[i]),
                    ExactSums.number(
                        negatives[i], negativeFractions == null ? 0 : negativeFractions[i]),
                    (lowest[i] & 1) == 1))
        .toList();
  }

  private void put(long low, long posWhole, long posFraction, long negWhole, long negFraction) {
    int bucket = bucket(low);
    positives[bucket] += posWhole;
    negatives[bucket] += negWhole;
    if (posFraction != 0 || negFraction != 0) {
      addFractions(bucket, posFraction, negFraction);
    }
    if (size > capacity) {
      coarsen(shift + 1);
    }
  }

  private void addFractions(int bucket, long posFraction, long negFraction) {
    if (positiveFractions == null) {
      positiveFractions = new long[lowest.length];
      negativeFractions = new long[lowest.length];
    }
    long before = positiveFractions[bucket];
    positiveFractions[bucket] = before + posFraction;
    positives[bucket] += Long.compareUnsigned(positiveFractions[bucket], before) < 0 ? 1 : 0;
    before = negativeFractions[bucket];
    negativeFractions[bucket] = before + negFraction;
    negatives[bucket] += Long.compareUnsigned(negativeFractions[bucket], before) < 0 ? 1 : 0;
  }

  /** The bucket of a key, with the key taken into it. */
  private int bucket(long low) {
    long prefix = low >> 1 + shift;
    int slot = slot(prefix);
    while (slots[slot] != 0) {
      int bucket = slots[slot] - 1;
      long there = lowest[bucket];
      if (there >> 1 + shift == prefix) {
        boolean several = ((low | there) & 1) == 1 || low >> 1 != there >> 1;
        lowest[bucket] = Math.min(low >> 1, there >> 1) << 1 | (several ? 1 : 0);
        return bucket;
      }
      slot = slot + 1 & slots.length - 1;
    }
    if (size == lowest.length) {
      resize(Math.max(16, Math.multiplyExact(2, size)));
    }
    lowest[size] = low;
    slots[slot] = ++size;
    if (2 * size > slots.length) {
      index(Math.multiplyExact(2, slots.length));
    }
    return size - 1;
  }

  private int slot(long prefix) {
    long mixed = prefix * 0x9E3779B97F4A7C15L;
    return (int) (mixed ^ mixed >>> 32) & slots.length - 1;
  }

  private void resize(int length) {
    lowest = Arrays.copyOf(lowest, length);
    positives = Arrays.copyOf(positives, length);
    negatives = Arrays.copyOf(negatives, length);
    if (positiveFractions != null) {
      positiveFractions = Arrays.copyOf(positiveFractions, length);
      negativeFractions = Arrays.copyOf(negativeFractions, length);
    }
  }

  private void index(int length) {
    slots = new int[length];
    for (int bucket = 0; bucket < size; bucket++) {
      int slot = slot(lowest[bucket] >> 1 + shift);
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = bucket + 1;
    }
  }

  /** Cuts at least {@code bits} trailing bits, and more if the capacity requires it. */
  private void coarsen(int bits) {
    int before = size;
    long[] keys = lowest;
    long[] pos = positives;
    long[] neg = negatives;
    long[] posFractions = positiveFractions;
    long[] negFractions = negativeFractions;
    shift = fitting(bits, Arrays.copyOf(keys, before));
    size = 0;
    lowest = new long[Math.max(16, before)];
    positives = new long[lowest.length];
    negatives = new long[lowest.length];
    positiveFractions = null;
    negativeFractions = null;
    slots = new int[Integer.highestOneBit(Math.max(16, before)) * 4];
    for (int i = 0; i < before; i++) {
      boolean fractions = posFractions != null;
      put(
          keys[i],
          pos[i],
          fractions ? posFractions[i] : 0,
          neg[i],
          fractions ? negFractions[i] : 0);
    }
  }

  /** The fewest trailing bits to cut, at least {@code atLeast}, so that the buckets suffice. */
  private int fitting(int atLeast, long[] keys) {
    Arrays.sort(keys);
    int bits = atLeast;
    while (bits < ScoreKey.BITS && prefixes(keys, bits) > capacity) {
      bits++;
    }
    return bits;
  }

  private static int prefixes(long[] sorted, int bits) {
    int count = 0;
    for (int i = 0; i < sorted.length; i++) {
      count += i == 0 || sorted[i] >> 1 + bits != sorted[i - 1] >> 1 + bits ? 1 : 0;
    }
    return count;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    resize(size);
    out.defaultWriteObject();
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    index(Integer.highestOneBit(Math.max(16, size)) * 4);
  }
}
