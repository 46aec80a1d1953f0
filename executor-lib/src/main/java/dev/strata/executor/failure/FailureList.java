package dev.strata.executor.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Failures that are collected and reported together, so that a user corrects them all at once. Each
 * is listed once.
 */
public final class FailureList {
  private final List<StrataException> found = new ArrayList<>();

  /** Adds a failure; of one that lists several, each of them. */
  public void add(StrataException failure) {
    for (StrataException part : failure.parts()) {
      boolean known = found.stream().anyMatch(f -> f.getMessage().equals(part.getMessage()));
      if (!known) {
        found.add(part);
      }
    }
  }

  /** The result of a step; empty where it failed, with the failure added. */
  public <T> Optional<T> attempt(Supplier<T> step) {
    try {
      return Optional.of(step.get());
    } catch (StrataException e) {
      add(e);
      return Optional.empty();
    }
  }

  /** Runs a check and adds its failure. */
  public void check(Runnable step) {
    try {
      step.run();
    } catch (StrataException e) {
      add(e);
    }
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** In the order in which they were found. */
  public List<StrataException> all() {
    return List.copyOf(found);
  }

  /**
   * @throws StrataException the only failure as it is, or one that lists all of them
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw StrataException.all(found);
    }
  }
}
