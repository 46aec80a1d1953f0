package dev.strata.jobs.config;

import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Collects everything that is wrong with a configuration, so that a user corrects it once, not key
 * by key.
 */
public final class Problems {
  /**
   * One wrong key.
   *
   * @param what the rule that is broken, as a sentence
   * @param key the full key
   * @param found null where nothing was found
   * @param expected null where the sentence says it
   * @param where file and line, or null
   */
  record Problem(String what, String key, String found, String expected, String where) {
    String line() {
      StringBuilder line = new StringBuilder(what).append(" (key: ").append(key);
      if (found != null) {
        line.append("; found: ").append(found);
      }
      if (expected != null) {
        line.append("; expected: ").append(expected);
      }
      if (where != null) {
        line.append("; at: ").append(where);
      }
      return line.append(')').toString();
    }
  }

  private final LinkedHashSet<Problem> found = new LinkedHashSet<>();

  public void add(String what, String key, String foundValue, String expected, String where) {
    found.add(new Problem(what, key, foundValue, expected, where));
  }

  /** A problem that another part reports, such as a shape that does not fit. */
  public void add(StrataException problem) {
    found.add(
        new Problem(
            problem.what(),
            problem.key().orElse("?"),
            problem.found().orElse(null),
            problem.expected().orElse(null),
            problem.file().orElse(null)));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** One sentence each, in the order in which they were found. */
  public List<String> lines() {
    return found.stream().map(Problem::line).toList();
  }

  /**
   * @throws StrataException (configuration) that lists all problems, where there are any
   */
  public void throwIfAny() {
    if (found.isEmpty()) {
      return;
    }
    List<Problem> all = new ArrayList<>(found);
    Problem first = all.get(0);
    if (all.size() > 1) {
      throw StrataException.configuration(
              all.size()
                  + " problems in the configuration:\n  "
                  + String.join("\n  ", lines())
                  + "\n")
          .key(first.key())
          .build();
    }
    StrataException.Builder one = StrataException.configuration(first.what()).key(first.key());
    if (first.where() != null) {
      one.file(first.where());
    }
    if (first.found() != null) {
      one.found(first.found());
    }
    if (first.expected() != null) {
      one.expected(first.expected());
    }
    throw one.build();
  }
}
