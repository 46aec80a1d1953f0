package dev.strata.executor.corruption;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.random.RandomStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Corruptions one after the other, with what they must know of the rows: all that a task needs.
 *
 * @param key of the list, such as {@code task.corruption}
 * @param steps in order
 */
public record CorruptionPlan(String key, List<CorruptionSpec> steps, RowFacts facts)
    implements Serializable {
  public CorruptionPlan {
    steps = List.copyOf(steps);
  }

  /** The random numbers of one copy of one row. */
  public static RandomStream random(long seed, long row, int epoch, int copy) {
    return RandomStream.of(seed, row, epoch, copy);
  }

  /**
   * All steps, and the row is never what it was: where steps undo each other they are taken again.
   *
   * @throws StrataException (configuration) where such rows cannot be corrupted so
   */
  public Corruption corruption() {
    if (steps.isEmpty()) {
      throw StrataException.configuration("bad samples need at least one corruption")
          .key(key)
          .found("an empty list")
          .expected("a list such as [{ type = replace-word }]")
          .build();
    }
    return new DifferentRow(sequence());
  }

  /**
   * All steps, for rows that keep their meaning: a row may stay as it was.
   *
   * @throws StrataException (configuration) where such rows cannot be changed so
   */
  public Corruption augmentation() {
    return sequence();
  }

  private Corruption sequence() {
    List<Corruption> made = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      made.add(steps.get(i).create(key + "[" + i + "]", facts));
    }
    return (row, random) -> {
      boolean changed = false;
      for (Corruption step : made) {
        changed |= step.corrupt(row, random);
      }
      return changed;
    };
  }
}
