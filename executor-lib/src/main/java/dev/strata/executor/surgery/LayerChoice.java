package dev.strata.executor.surgery;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Selection of a model's layers to reuse, and their names: the configuration section {@code
 * fine-tune.reuse}. At most one of the four is given; without any, all of them are.
 *
 * @param count number of bottom layers to reuse
 * @param names these layers
 * @param pattern layers whose whole name the regular expression matches
 * @param map these layers (keys), under other names (values)
 */
public record LayerChoice(
    Optional<Integer> count,
    List<String> names,
    Optional<String> pattern,
    Map<String, String> map) {
  /** Every layer below the output layer. */
  public static final LayerChoice ALL =
      new LayerChoice(Optional.empty(), List.of(), Optional.empty(), Map.of());

  public LayerChoice {
    names = List.copyOf(names);
    map = new TreeMap<>(map);
  }

  public static LayerChoice lowest(int count) {
    return new LayerChoice(Optional.of(count), List.of(), Optional.empty(), Map.of());
  }

  public static LayerChoice named(List<String> names) {
    return new LayerChoice(Optional.empty(), names, Optional.empty(), Map.of());
  }

  public static LayerChoice matching(String pattern) {
    return new LayerChoice(Optional.empty(), List.of(), Optional.of(pattern), Map.of());
  }

  public static LayerChoice renamed(Map<String, String> map) {
    return new LayerChoice(Optional.empty(), List.of(), Optional.empty(), map);
  }

  /** How many of the four ways to choose are given. */
  int ways() {
    return (count.isPresent() ? 1 : 0)
        + (names.isEmpty() ? 0 : 1)
        + (pattern.isPresent() ? 1 : 0)
        + (map.isEmpty() ? 0 : 1);
  }
}
