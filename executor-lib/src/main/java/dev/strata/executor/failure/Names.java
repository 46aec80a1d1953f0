package dev.strata.executor.failure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Names that users write, each with what it stands for. */
public final class Names<T> {
  private final Map<String, T> byName = new LinkedHashMap<>();

  public Names<T> with(String name, T value) {
    byName.put(name, value);
    return this;
  }

  /** Finds the value, or reports the name as a problem. */
  public Optional<T> find(String key, String name, NetworkProblems problems) {
    T value = byName.get(name);
    if (value == null) {
      problems.unknown(key, name, byName.keySet());
    }
    return Optional.ofNullable(value);
  }

  public Map<String, T> all() {
    return byName;
  }
}
