package dev.strata.executor.shard;

/**
 * Random numbers of {@link EpochOrder}: SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable
 * pseudorandom number generators"), written out because the order must stay the same whatever the
 * Java platform does.
 */
final class OrderGenerator {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  /** The stream is a function of the three numbers. */
  OrderGenerator(long seed, long worker, long purpose) {
    state = mix(mix(mix(seed + GOLDEN_GAMMA) + worker + GOLDEN_GAMMA) + purpose + GOLDEN_GAMMA);
  }

  private long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /**
   * Uniform in {@code [0, bound)} without bias (Lemire 2019): the high half of a 32-bit product.
   */
  int below(int bound) {
    long product = (next() >>> 32) * bound;
    long low = product & 0xFFFFFFFFL;
    if (low < bound) {
      long threshold = (1L << 32) % bound;
      while (low < threshold) {
        product = (next() >>> 32) * bound;
        low = product & 0xFFFFFFFFL;
      }
    }
    return (int) (product >>> 32);
  }

  /** Fisher and Yates, from the end. */
  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int other = values[j];
      values[j] = values[i];
      values[i] = other;
    }
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
