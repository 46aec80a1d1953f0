package dev.strata.executor.failure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Collects all problems of a network's settings. */
public final class NetworkProblems {
  /**
   * @param key full path of the key at fault, such as {@code network.layers[2].units}
   * @param found its value as written; {@code nothing} where it is missing
   * @param expected what would be right
   */
  public record Problem(String key, String found, String expected) {
    @Override
    public String toString() {
      return key + ": found " + found + ", expected " + expected;
    }
  }

  private final List<Problem> found = new ArrayList<>();

  /** Reports a value that is not what is expected. */
  public void add(String key, Object value, String expected) {
    found.add(new Problem(key, String.valueOf(value), expected));
  }

  /** Reports a word that is not among the known ones, with the nearest of them. */
  public void unknown(String key, String word, Collection<String> known) {
    String nearest = Nearest.to(word, known).map(n -> ", did you mean " + n + "?").orElse("");
    add(key, word + nearest, "one of " + String.join(", ", known));
  }

  /** Reports values outside {@code [least, bound)}. */
  public void range(String key, double value, double least, double bound) {
    if (!(value >= least && value < bound)) {
      add(
          key,
          value,
          bound == Double.POSITIVE_INFINITY
              ? "at least " + least
              : "in [" + least + ", " + bound + ")");
    }
  }

  /** Reports values that are not greater than 0, or not less than the bound. */
  public void positive(String key, double value, double bound) {
    if (!(value > 0 && value < bound)) {
      add(
          key,
          value,
          bound == Double.POSITIVE_INFINITY ? "greater than 0" : "in (0, " + bound + ")");
    }
  }

  public List<Problem> list() {
    return List.copyOf(found);
  }

  public boolean none() {
    return found.isEmpty();
  }

  /**
   * @throws StrataException (configuration) that lists every problem with its key, if there is one
   */
  public void raise() {
    if (found.isEmpty()) {
      return;
    }
    throw StrataException.all(
        found.stream()
            .map(
                p ->
                    StrataException.configuration("the network cannot be built")
                        .key(p.key())
                        .found(p.found())
                        .expected(p.expected())
                        .build())
            .toList());
  }
}
