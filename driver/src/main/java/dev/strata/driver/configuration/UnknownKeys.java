package dev.strata.driver.configuration;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.strata.executor.failure.Nearest;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Finds the keys that {@code reference.conf} does not have, and says which was probably meant. */
final class UnknownKeys {
  private final SortedSet<String> known;
  private final Problems problems;

  private UnknownKeys(SortedSet<String> known, Problems problems) {
    this.known = known;
    this.problems = problems;
  }

  static void report(ConfigObject given, Reference reference, Problems problems) {
    new UnknownKeys(reference.keys(), problems).walk("", given, reference.root());
  }

  /** As above, for an object that lies elsewhere than the one that has its keys. */
  static void report(String path, ConfigObject given, ConfigObject reference, Problems problems) {
    new UnknownKeys(new TreeSet<>(), problems).walk(path, given, reference);
  }

  private void walk(String path, ConfigObject given, ConfigObject reference) {
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(given).entrySet()) {
      String key = Reference.join(path, entry.getKey());
      ConfigValue expected = reference.get(entry.getKey());
      ConfigValue found = entry.getValue();
      if (expected == null) {
        String rest = overridden(found);
        if (rest.isEmpty()) {
          unknown(key, entry.getKey(), reference, found);
        } else {
          unknownPath(key, rest, entry.getKey(), reference, found);
        }
      } else if (expected instanceof ConfigObject inner && !Reference.isOpen(expected)) {
        if (found instanceof ConfigObject object) {
          walk(key, object, inner);
        } else if (found.valueType() != ConfigValueType.NULL) {
          problems.add(
              "a section has a single value",
              key,
              ConfigValues.shown(found),
              "a section { … } with keys " + String.join(", ", new TreeSet<>(inner.keySet())),
              ConfigValues.where(found));
        }
      }
    }
  }

  /** Of a section that --set makes: the path below it, with a dot in front; else empty. */
  private static String overridden(ConfigValue found) {
    String rest = "";
    ConfigValue at = found;
    while (String.valueOf(ConfigValues.where(found)).startsWith(KeyOverride.ORIGIN)
        && at instanceof ConfigObject object
        && object.size() == 1) {
      Map.Entry<String, ConfigValue> only = object.entrySet().iterator().next();
      rest += "." + Reference.join("", only.getKey()).replaceFirst("^\\.", "");
      at = only.getValue();
    }
    return rest;
  }

  /** Reports a whole path; suggests only a key that exists. */
  private void unknownPath(
      String key, String rest, String name, ConfigObject siblings, ConfigValue found) {
    Optional<String> near =
        Nearest.to(name, siblings.keySet())
            .map(n -> key.substring(0, key.length() - name.length()) + n + rest)
            .filter(known::contains)
            .or(() -> Nearest.to(key + rest, known));
    problems.add(
        "unknown key" + near.map(n -> " " + key + rest + "; did you mean " + n + "?").orElse(""),
        key + rest,
        null,
        near.isPresent() ? null : "one of " + String.join(", ", new TreeSet<>(siblings.keySet())),
        ConfigValues.where(found));
  }

  private void unknown(String key, String name, ConfigObject siblings, ConfigValue found) {
    Optional<String> near =
        Nearest.to(name, siblings.keySet())
            .map(n -> Reference.join(key.substring(0, key.length() - quoted(name)), n))
            .map(n -> n.startsWith(".") ? n.substring(1) : n.replace("..", "."));
    if (near.isEmpty()) {
      near =
          known.stream()
              .filter(k -> k.equals(name) || k.endsWith("." + name))
              .min(
                  Comparator.comparing((String k) -> k.chars().filter(c -> c == '.').count())
                      // several sections have a batch-size or epochs
                      .thenComparing(k -> !k.startsWith("training.")));
    }
    if (near.isEmpty()) {
      near = Nearest.to(key, known);
    }
    problems.add(
        "unknown key" + near.map(n -> " " + key + "; did you mean " + n + "?").orElse(""),
        key,
        null,
        near.isPresent() ? null : "one of " + String.join(", ", new TreeSet<>(siblings.keySet())),
        ConfigValues.where(found));
  }

  private static int quoted(String name) {
    return Reference.join("", name).length();
  }
}
