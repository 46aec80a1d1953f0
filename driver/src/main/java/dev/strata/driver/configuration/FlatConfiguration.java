package dev.strata.driver.configuration;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.strata.executor.failure.Secrets;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A resolved configuration as key → text, for comparing, showing and storing it. Values of keys
 * that hold credentials are never shown or stored.
 */
final class FlatConfiguration {
  private static final String UPDATER_TYPE = ".updater.type";
  private static final String EPSILON = ".updater.epsilon";

  private FlatConfiguration() {}

  static SortedMap<String, String> of(ConfigObject root) {
    SortedMap<String, String> flat = new TreeMap<>();
    collect("", root, flat);
    addEpsilons(flat);
    return flat;
  }

  /**
   * Writes the epsilon that an updater's type gives where none is set, so that it is stored and
   * compared: a run that started with another value does not resume with it.
   */
  private static void addEpsilons(SortedMap<String, String> flat) {
    boolean bySection = isUnset(flat, "pretrain.layer" + EPSILON);
    for (String key : List.copyOf(flat.keySet())) {
      if (!key.endsWith(UPDATER_TYPE)) {
        continue;
      }
      String section = key.substring(0, key.length() - UPDATER_TYPE.length());
      boolean element = section.startsWith("pretrain.layers[");
      boolean unset = isUnset(flat, section + EPSILON);
      boolean absent = !flat.containsKey(section + EPSILON);
      if (element ? unset || (absent && bySection) : unset) {
        flat.put(section + EPSILON, String.valueOf(UpdaterSettings.defaultEpsilon(flat.get(key))));
      }
    }
  }

  private static boolean isUnset(SortedMap<String, String> flat, String key) {
    return "null".equals(flat.get(key));
  }

  /** Without the keys that may change when a run is resumed. */
  static SortedMap<String, String> withoutResumable(
      SortedMap<String, String> flat, SortedSet<String> resumable) {
    SortedMap<String, String> kept = new TreeMap<>(flat);
    // Where a run lies is no part of what it is: a folder may be moved or named in another way.
    kept.remove("output.dir");
    kept.keySet().removeAll(resumable);
    return kept;
  }

  private static void collect(String key, ConfigValue value, Map<String, String> flat) {
    if (value instanceof ConfigObject object && (!object.isEmpty() || key.isEmpty())) {
      object.forEach((name, inner) -> collect(Reference.join(key, name), inner, flat));
    } else if (value instanceof ConfigList list && holdsObjects(list)) {
      for (int i = 0; i < list.size(); i++) {
        collect(key + "[" + i + "]", list.get(i), flat);
      }
    } else {
      flat.put(key, text(key, value));
    }
  }

  private static boolean holdsObjects(ConfigList list) {
    return list.stream().anyMatch(v -> v.valueType() == ConfigValueType.OBJECT);
  }

  private static String text(String key, ConfigValue value) {
    if (value.valueType() == ConfigValueType.NULL) {
      return value.render(ConfigRenderOptions.concise());
    }
    return Secrets.value(key, plain(value));
  }

  private static String plain(ConfigValue value) {
    return value.valueType() == ConfigValueType.STRING
        ? (String) value.unwrapped()
        : value.render(ConfigRenderOptions.concise());
  }

  /** The values of the keys that hold credentials. */
  static Set<String> secrets(ConfigObject root) {
    Set<String> secrets = new TreeSet<>();
    secrets("", root, secrets);
    return secrets;
  }

  private static void secrets(String key, ConfigValue value, Set<String> secrets) {
    if (value instanceof ConfigObject object) {
      object.forEach((name, inner) -> secrets(Reference.join(key, name), inner, secrets));
    } else if (value instanceof ConfigList list) {
      list.forEach(element -> secrets(key, element, secrets));
    } else if (value.valueType() != ConfigValueType.NULL && Secrets.isSecret(key)) {
      secrets.add(plain(value));
    }
  }
}
