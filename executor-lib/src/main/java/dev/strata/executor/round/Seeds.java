package dev.strata.executor.round;

import java.nio.charset.StandardCharsets;

/**
 * Seeds as pure functions of what they are for, so that a repeated task draws the same numbers.
 * Mixing is SplitMix64's finaliser (Steele, Lea and Flood 2014) over the parts in turn.
 */
public final class Seeds {
  private Seeds() {}

  /** Seed of the generator that the minibatch {@code iteration} of a worker draws from. */
  public static long minibatch(long runSeed, String phase, int worker, long iteration) {
    return mix(mix(mix(mix(runSeed, 1), text(phase)), worker), iteration);
  }

  /** Seed of the order of an epoch's rows. */
  public static long order(long runSeed, String phase, int epoch) {
    return mix(mix(mix(runSeed, 2), text(phase)), epoch);
  }

  /** Seed of what is drawn while an epoch's rows are read, such as their partners in pairs. */
  public static long reading(long runSeed, String phase, int epoch) {
    return mix(mix(mix(runSeed, 5), text(phase)), epoch);
  }

  /** Seed of the order of a pass through the unlabelled rows that are beside a phase's own. */
  public static long unlabelled(long runSeed, String phase, int pass) {
    return mix(mix(mix(runSeed, 6), text(phase)), pass);
  }

  /** Seed of the weights that a phase starts with. */
  public static long weights(long runSeed, String phase) {
    return mix(mix(runSeed, 3), text(phase));
  }

  /** Seed of the random numbers that belong to rows and not to minibatches. */
  public static long rows(long runSeed, String purpose) {
    return mix(mix(runSeed, 4), text(purpose));
  }

  private static long text(String text) {
    long hash = 0;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = mix(hash, b);
    }
    return hash;
  }

  private static long mix(long state, long part) {
    long z = state * 0x9E3779B97F4A7C15L + part + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
