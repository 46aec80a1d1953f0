package dev.strata.executor.random;

import java.util.random.RandomGenerator;

/**
 * Random numbers as a pure function of what they are for: SplitMix64 (Steele, Lea, Flood 2014,
 * "Fast splittable pseudorandom number generators"), written out because the numbers must stay the
 * same whatever the Java platform does. Not for several threads at once.
 */
public final class RandomStream implements RandomGenerator {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1p-53;

  private long state;

  private RandomStream(long state) {
    this.state = state;
  }

  /** The stream that belongs to these numbers, in this order. */
  public static RandomStream of(long first, long second, long third) {
    return new RandomStream(key(key(key(0, first), second), third));
  }

  /** The stream that belongs to these numbers, in this order. */
  public static RandomStream of(long first, long second, long third, long fourth) {
    return new RandomStream(key(key(key(key(0, first), second), third), fourth));
  }

  /** 64 uniform bits. */
  public long bits() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /**
   * Uniform in {@code [0, bound)} without bias (Lemire 2019): the high half of a 32-bit product.
   */
  public int below(int bound) {
    long product = (bits() >>> 32) * bound;
    long low = product & 0xFFFFFFFFL;
    if (low < bound) {
      long threshold = (1L << 32) % bound;
      while (low < threshold) {
        product = (bits() >>> 32) * bound;
        low = product & 0xFFFFFFFFL;
      }
    }
    return (int) (product >>> 32);
  }

  /** Uniform in {@code [0, 1)}, multiples of 2⁻⁵³. */
  public double uniform() {
    return (bits() >>> 11) * UNIT;
  }

  /** {@link #bits()}. */
  @Override
  public long nextLong() {
    return bits();
  }

  /**
   * {@link #below(int)}.
   *
   * @throws IllegalArgumentException if {@code bound} is not positive
   */
  @Override
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive: " + bound);
    }
    return below(bound);
  }

  /** {@link #uniform()}. */
  @Override
  public double nextDouble() {
    return uniform();
  }

  /** Fisher and Yates, from the end. */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      swap(values, i, below(i + 1));
    }
  }

  /** Brings a uniform choice of {@code chosen} of the first {@code count} values to the front. */
  public void choose(int[] values, int count, int chosen) {
    for (int i = 0; i < chosen; i++) {
      swap(values, i, i + below(count - i));
    }
  }

  private static void swap(int[] values, int i, int j) {
    int other = values[j];
    values[j] = values[i];
    values[i] = other;
  }

  private static long key(long before, long part) {
    return mix(before + part + GOLDEN_GAMMA);
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
