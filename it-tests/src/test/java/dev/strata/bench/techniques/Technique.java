package dev.strata.bench.techniques;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is compared: settings that validation rows choose among.
 *
 * @param name for people
 * @param tries at least one; the same number for each technique of a comparison where it matters
 */
record Technique(String name, List<Try> tries) {
  Technique {
    tries = List.copyOf(tries);
  }

  /**
   * Settings of one training.
   *
   * @param name for people
   * @param settings key → value
   */
  record Try(String name, Map<String, String> settings) {
    Try {
      settings = Map.copyOf(settings);
    }

    /** In the names of folders. */
    String id() {
      return name.replaceAll("[^A-Za-z0-9.]+", "-");
    }
  }

  /** In the names of folders. */
  String id() {
    return name.replaceAll("[^A-Za-z0-9.]+", "-");
  }

  /** Values of one key. */
  static Technique of(String name, String key, String... values) {
    return of(name, Map.of(), key, values);
  }

  /**
   * Values of one key, beside settings that stay.
   *
   * @param fixed key → value
   */
  static Technique of(String name, Map<String, String> fixed, String key, String... values) {
    List<Try> tries = new ArrayList<>();
    for (String value : values) {
      Map<String, String> settings = new TreeMap<>(fixed);
      settings.put(key, value);
      tries.add(new Try(value, settings));
    }
    return new Technique(name, tries);
  }

  /** Values of a number in a text, such as {@code network.layers}; {@code #} stands for it. */
  static Technique within(String name, String key, String text, String... numbers) {
    List<Try> tries = new ArrayList<>();
    for (String number : numbers) {
      tries.add(new Try(number, Map.of(key, text.replace("#", number))));
    }
    return new Technique(name, tries);
  }
}
