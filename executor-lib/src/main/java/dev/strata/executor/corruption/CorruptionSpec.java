package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import java.io.Serializable;

/** Settings of one corruption: an element of {@code task.corruption}. */
public interface CorruptionSpec extends Serializable {
  /** The name that users write. */
  String type();

  /**
   * Reports values that no data could suit.
   *
   * @param at full key of the element, such as {@code task.corruption[0]}
   */
  void check(String at, NetworkProblems problems);

  /**
   * The corruption for rows with known properties.
   *
   * @param at full key of the element
   * @throws dev.strata.executor.failure.StrataException (configuration) where such rows cannot be
   *     corrupted so
   */
  Corruption create(String at, RowFacts facts);

  /** Whether {@link RowFacts} must know how often numbers have which value. */
  default boolean needsMarginals() {
    return false;
  }
}
