package dev.strata.jobs.cli;

import dev.strata.driver.models.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/** Version of this build, from the resource that the build fills in. */
public final class StrataVersion implements IVersionProvider {
  /** Such as {@code 0.1.0}; {@code unknown} where the build left nothing. */
  public static String version() {
    return BuildInfo.read().version();
  }

  @Override
  public String[] getVersion() {
    BuildInfo build = BuildInfo.read();
    return new String[] {"strata " + build.version() + " (commit " + build.commit() + ")"};
  }
}
