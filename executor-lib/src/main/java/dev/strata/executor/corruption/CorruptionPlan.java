package dev.strata.executor.corruption;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.random.RandomStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Corruptions one after the other, with what they must know of the rows: all that a task needs.
 *
 * @param key of the list, such as {@code task.corruption}
 * @param steps of a copy, in order
 * @param views what a row and its copy go through before, each by random numbers of its own, in
 *     order: augmentations that keep a row's meaning; empty: the row stays what it is
 */
public record CorruptionPlan(
    String key, List<CorruptionSpec> steps, RowFacts facts, List<CorruptionSpec> views)
    implements Serializable {
  /** Key of the views. */
  public static final String VIEWS = "task.augmentation";

  public CorruptionPlan {
    steps = List.copyOf(steps);
    views = List.copyOf(views);
  }

  /** Without views. */
  public CorruptionPlan(String key, List<CorruptionSpec> steps, RowFacts facts) {
    this(key, steps, facts, List.of());
  }

  /** Of rows that stay as they are. */
  public CorruptionPlan none() {
    return new CorruptionPlan(key, List.of(), facts);
  }

  /** The random numbers of one copy of one row. */
  public static RandomStream random(long seed, long row, int epoch, int copy) {
    return RandomStream.of(seed, row, epoch, copy);
  }

  /**
   * The view, then all steps, and the row is never what it was: where steps undo each other they
   * are taken again.
   *
   * @throws StrataException (configuration) where such rows cannot be corrupted so
   */
  public Corruption corruption() {
    if (steps.isEmpty() && views.isEmpty()) {
      throw StrataException.configuration("bad samples need at least one corruption")
          .key(key)
          .found("an empty list")
          .expected("a list such as [{ type = replace-word }]")
          .build();
    }
    List<Corruption> made = made(VIEWS, views);
    made.addAll(made(key, steps));
    return new DifferentRow(sequence(made));
  }

  /**
   * What the row itself goes through; empty: nothing.
   *
   * @throws StrataException (configuration) where such rows cannot be changed so
   */
  public Optional<Corruption> view() {
    return views.isEmpty() ? Optional.empty() : Optional.of(sequence(made(VIEWS, views)));
  }

  /**
   * All steps, for rows that keep their meaning: a row may stay as it was.
   *
   * @throws StrataException (configuration) where such rows cannot be changed so
   */
  public Corruption augmentation() {
    return sequence(made(key, steps));
  }

  private List<Corruption> made(String list, List<CorruptionSpec> specs) {
    List<Corruption> made = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      made.add(specs.get(i).create(list + "[" + i + "]", facts));
    }
    return made;
  }

  private static Corruption sequence(List<Corruption> made) {
    return (row, random) -> {
      boolean changed = false;
      for (Corruption step : made) {
        changed |= step.corrupt(row, random);
      }
      return changed;
    };
  }
}
