package dev.strata.api;

import dev.strata.driver.configuration.Reference;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.configuration.SettingsReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** The defaults of {@code reference.conf}, the only place where they are written. */
final class ReferenceDefaults {
  private static final ResolvedConfiguration CONFIGURATION =
      ResolvedConfiguration.load(Optional.empty(), List.of(), new Configuration(false));
  private static final Map<String, String> VALUES = CONFIGURATION.flat();

  private ReferenceDefaults() {}

  /** All of them, read. */
  static Settings settings() {
    return SettingsReader.read(CONFIGURATION, Set.of());
  }

  /**
   * @param key of {@link Reference}
   */
  static String text(String key) {
    String value = VALUES.get(key);
    if (value == null) {
      throw new IllegalStateException("reference.conf has no key " + key);
    }
    return value;
  }

  static int integer(String key) {
    return Integer.parseInt(text(key));
  }

  static long longInteger(String key) {
    return Long.parseLong(text(key));
  }

  static double number(String key) {
    return Double.parseDouble(text(key));
  }
}
