package dev.strata.driver.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keys that earlier versions of Strata had and that changed nothing. A configuration may still set
 * them: Strata ignores the value and reports that. A run that recorded one resumes.
 */
public final class RetiredKeys {
  /** Key → why it changed nothing. */
  private static final SortedMap<String, String> REASONS = new TreeMap<>();

  static {
    REASONS.put("averaging.reducer", "the driver always collects the states of all workers");
  }

  private RetiredKeys() {}

  /** All of them. */
  public static List<String> keys() {
    return List.copyOf(REASONS.keySet());
  }

  /** The configuration without these keys. */
  static Config without(Config configuration) {
    Config kept = configuration;
    for (String key : REASONS.keySet()) {
      kept = kept.withoutPath(key);
    }
    return kept;
  }

  /** One sentence for each of these keys that the configuration sets, with its file and line. */
  static List<String> notices(Config configuration) {
    List<String> notices = new ArrayList<>();
    REASONS.forEach(
        (key, reason) -> {
          if (configuration.hasPathOrNull(key)) {
            ConfigValue value = value(configuration.root(), key);
            notices.add(
                key
                    + " is ignored, because "
                    + reason
                    + "; remove this key ("
                    + ConfigValues.where(value)
                    + ").");
          }
        });
    return notices;
  }

  private static ConfigValue value(ConfigObject root, String key) {
    ConfigValue value = root;
    for (String name : ConfigUtil.splitPath(key)) {
      value = ((ConfigObject) value).get(name);
    }
    return value;
  }
}
