package dev.strata.executor.corruption;

import dev.strata.executor.random.RandomStream;

/**
 * Makes something else of a row. Users write their own as a {@link
 * dev.strata.api.corruption.RowCorruption}.
 *
 * <p>An instance belongs to one thread and may keep scratch arrays, but nothing that makes one row
 * depend on another: what becomes of a row is a function of the row and the random numbers alone.
 */
@FunctionalInterface
public interface Corruption {
  /**
   * Changes a row in place.
   *
   * @param row one encoded row as a network takes it: scaled numbers, one-hot categories, pixels
   *     row by row, or word numbers (0 pads at the end, 1 is any unknown word)
   * @param random the only source of chance
   * @return false where there is nothing to choose; the row is then as it was
   */
  boolean corrupt(float[] row, RandomStream random);
}
