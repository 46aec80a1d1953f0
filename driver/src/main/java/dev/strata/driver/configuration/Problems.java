package dev.strata.driver.configuration;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Collects everything that is wrong with a configuration, so that a user corrects it once, not key
 * by key.
 */
public final class Problems {
  /**
   * One wrong key, file or row.
   *
   * @param kind whose fault it is
   * @param what the rule that is broken, as a sentence
   * @param key the full key, or null
   * @param found null where nothing was found
   * @param expected null where the sentence says it
   * @param where file and line, or null
   * @param row of data, or null
   */
  record Problem(
      FailureKind kind,
      String what,
      String key,
      String found,
      String expected,
      String where,
      String row) {
    StrataException failure() {
      StrataException.Builder failure = builder(kind, what);
      if (key != null) {
        failure.key(key);
      }
      if (where != null) {
        failure.file(where);
      }
      if (row != null) {
        failure.row(row);
      }
      if (found != null) {
        failure.found(found);
      }
      if (expected != null) {
        failure.expected(expected);
      }
      return failure.build();
    }
  }

  private final LinkedHashSet<Problem> found = new LinkedHashSet<>();

  public void add(String what, String key, String foundValue, String expected, String where) {
    found.add(new Problem(FailureKind.CONFIGURATION, what, key, foundValue, expected, where, null));
  }

  /**
   * A problem that another part reports, such as a shape that does not fit or a column that is not
   * there; of a failure that lists several, each of them.
   */
  public void add(StrataException problem) {
    for (StrataException part : problem.parts()) {
      found.add(
          new Problem(
              part.kind(),
              part.what(),
              part.key().orElse(null),
              part.found().orElse(null),
              part.expected().orElse(null),
              part.file().orElse(null),
              part.row().orElse(null)));
    }
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** One sentence each, in the order in which they were found. */
  public List<String> lines() {
    return found.stream().map(problem -> problem.failure().getMessage()).toList();
  }

  /** Whether no key that begins so has a problem. */
  public boolean isEmptyOf(String prefix) {
    return found.stream().noneMatch(problem -> String.valueOf(problem.key).startsWith(prefix));
  }

  /**
   * @throws StrataException that lists all problems, where there are any: (configuration) where one
   *     of them is of the configuration, else of the kind of the first
   */
  public void throwIfAny() {
    if (found.isEmpty()) {
      return;
    }
    boolean configured = found.stream().allMatch(p -> p.kind() == FailureKind.CONFIGURATION);
    throw StrataException.all(
        found.size() + (configured ? " problems in the configuration:" : " problems:"),
        found.stream().map(Problem::failure).toList());
  }

  private static StrataException.Builder builder(FailureKind kind, String what) {
    return switch (kind) {
      case CONFIGURATION -> StrataException.configuration(what);
      case DATA -> StrataException.data(what);
      case DIVERGED -> StrataException.diverged(what);
      case CLUSTER -> StrataException.cluster(what);
    };
  }
}
