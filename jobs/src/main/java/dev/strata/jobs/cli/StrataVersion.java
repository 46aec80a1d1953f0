package dev.strata.jobs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Version of this build, from the resource that the build fills in. */
public final class StrataVersion implements IVersionProvider {
  private static final String RESOURCE = "/strata-version.properties";

  /** Such as {@code 0.1.0}; {@code unknown} where the build left nothing. */
  public static String version() {
    Properties properties = new Properties();
    try (InputStream in = StrataVersion.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"strata " + version()};
  }
}
