package dev.strata.executor.network;

/**
 * The seed of initial weights as DL4J gets it. ND4J takes 0 for the time of day, so that a network
 * with that seed would begin differently each time.
 */
final class InitialSeed {
  private static final long INSTEAD_OF_ZERO = 0x9E3779B97F4A7C15L;

  private InitialSeed() {}

  static long of(long seed) {
    return seed == 0 ? INSTEAD_OF_ZERO : seed;
  }
}
