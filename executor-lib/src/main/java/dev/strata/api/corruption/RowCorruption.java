package dev.strata.api.corruption;

import java.util.random.RandomGenerator;

/**
 * Corrupts rows: makes the bad samples of auxiliary tasks. Implement it in a public class with a
 * public constructor of ({@link CorruptionContext}) or without parameters, put its jar on the class
 * path ({@code spark-submit --jars}), and name it in the configuration: {@code task.corruption = [
 * { class = com.example.MyCorruption, options { … } } ]}.
 *
 * <p>An instance is used by one thread. It may keep scratch arrays, but no state that makes one row
 * depend on another: a corrupted row must be a function of the row and of {@code random} alone,
 * otherwise an interrupted run does not resume to the same model.
 */
@FunctionalInterface
public interface RowCorruption {
  /**
   * Changes a row in place. If it throws, or leaves a number that is not finite (texts: something
   * else than word ids followed by padding, or another number of separators), the run ends with
   * code 2 and the name of the class.
   *
   * @param row encoded row, as a network takes it: scaled numbers, one-hot categories, pixels row
   *     by row, or word ids (0 is padding at the end, 1 any unknown word; texts of several columns
   *     have {@link CorruptionContext#separator()} between them)
   * @param random the only source of random numbers: it depends on the seed, the row, the epoch and
   *     the number of the copy. {@code nextLong}, {@code nextInt(bound)} and {@code nextDouble}
   *     give the same numbers on every Java version; its other methods are those of Java.
   * @return false if the row cannot be corrupted; the row must then be unchanged
   */
  boolean corrupt(float[] row, RandomGenerator random);
}
