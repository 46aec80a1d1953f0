package dev.strata.driver.quickstart;

/**
 * Steele, Lea and Flood's SplitMix64 ("Fast splittable pseudorandom number generators", 2014) with
 * {@link StrictMath}, so that the same seed gives the same bits on every machine.
 */
final class SplitMix {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  /** A stream of its own for each pair. */
  SplitMix(long seed, long index) {
    this.state = mix(mix(seed + GAMMA) ^ (index * GAMMA));
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private long next() {
    state += GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  /** Uniform in [low, high). */
  double uniform(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Uniform in 0 … bound - 1; the bias is below bound / 2⁵³. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /**
   * Standard normal, by Box and Muller; the second value is thrown away to keep the stream simple.
   */
  double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * Math.PI * uniform());
  }
}
