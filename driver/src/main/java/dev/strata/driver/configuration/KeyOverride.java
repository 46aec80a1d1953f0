package dev.strata.driver.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import dev.strata.executor.failure.StrataException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One {@code --set key=value}. The value is a text as it stands, so that paths and conditions need
 * no quotes; it is HOCON where it starts like a list, an object, a quoted text or a substitution,
 * or is a number, true, false or null.
 */
final class KeyOverride {
  private static final Pattern HOCON =
      Pattern.compile(
          "[\\[{\"].*|.*\\$\\{.*|true|false|null|-?[0-9.]+([eE][-+]?[0-9]+)?", Pattern.DOTALL);

  /** Begins the place of a value in messages, before the key. */
  static final String ORIGIN = "--set ";

  private KeyOverride() {}

  /**
   * @throws StrataException (configuration) where it is not key=value
   */
  static Config parse(String given) {
    int equals = endOfKey(given);
    String key = equals < 0 ? "" : given.substring(0, equals).trim();
    if (key.isEmpty()) {
      throw StrataException.configuration("--set needs key=value")
          .found(given)
          .expected("such as --set training.epochs=5")
          .build();
    }
    String value = given.substring(equals + 1);
    try {
      List<String> path = ConfigUtil.splitPath(key);
      String name = ConfigUtil.joinPath(path);
      if (!HOCON.matcher(value.trim()).matches()) {
        return ConfigFactory.empty()
            .withValue(name, ConfigValueFactory.fromAnyRef(value, ORIGIN + key));
      }
      ConfigParseOptions options = ConfigParseOptions.defaults().setOriginDescription(ORIGIN + key);
      return ConfigFactory.parseString(name + " = " + value, options);
    } catch (ConfigException e) {
      throw StrataException.configuration("cannot parse --set: " + e.getMessage())
          .key(key)
          .found(given)
          .expected("key=value; put parts of the key with special characters in quotes")
          .cause(e)
          .build();
    }
  }

  /** The first = outside quotes. */
  private static int endOfKey(String given) {
    boolean quoted = false;
    for (int i = 0; i < given.length(); i++) {
      char c = given.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '=' && !quoted) {
        return i;
      }
    }
    return -1;
  }
}
