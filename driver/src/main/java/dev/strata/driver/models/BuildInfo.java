package dev.strata.driver.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Build information from {@code strata-version.properties}.
 *
 * @param commit of the sources, with {@code -dirty} where they were changed; unknown without
 *     history
 * @param openblas version of the bundled BLAS library
 */
public record BuildInfo(String version, String commit, String openblas) {
  private static final String UNKNOWN = "unknown";

  public static BuildInfo read() {
    Properties properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream("/strata-version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String commit = filled(properties, "commit");
    boolean dirty = filled(properties, "dirty").equals("true") && !commit.equals(UNKNOWN);
    return new BuildInfo(
        filled(properties, "version"),
        dirty ? commit + "-dirty" : commit,
        filled(properties, "openblas"));
  }

  /** A value that the build did not fill in is still a placeholder. */
  private static String filled(Properties properties, String key) {
    String value = properties.getProperty(key, UNKNOWN);
    return value.isBlank() || value.startsWith("${") ? UNKNOWN : value;
  }
}
