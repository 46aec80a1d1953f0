package dev.strata.api;

import dev.strata.executor.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Settings of the configuration that a stage makes of its params: key → value as JSON. */
final class StageSettings {
  private final Map<String, String> values = new TreeMap<>();
  private final List<String> others = new ArrayList<>();

  /**
   * @param value a text, number, truth value, list or map
   */
  StageSettings with(String key, Object value) {
    values.put(key, Json.line(value));
    return this;
  }

  /** Settings as the command line takes them; they win over all others. */
  StageSettings with(String[] settings) {
    others.addAll(List.of(settings));
    return this;
  }

  /** Each {@code key=value}; later ones win. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    values.forEach((key, value) -> lines.add(key + "=" + value));
    lines.addAll(others);
    return lines;
  }
}
