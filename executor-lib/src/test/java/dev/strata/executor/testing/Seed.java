package dev.strata.executor.testing;

import java.util.Random;
import java.util.SplittableRandom;

/** The seed of one randomised test; see {@link Seeded}. */
public record Seed(long value) {
  /** A new generator, always the same for this seed. */
  public Random random() {
    return new Random(value);
  }

  /** A new generator, always the same for this seed. */
  public SplittableRandom splittable() {
    return new SplittableRandom(value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
