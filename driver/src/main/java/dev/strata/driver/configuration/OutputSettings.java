package dev.strata.driver.configuration;

import java.time.Duration;
import java.util.Optional;

/**
 * The section {@code output}.
 *
 * @param dir folder of the run, any Hadoop URI; required by every job that writes
 * @param lease how two runs on one output are kept apart
 * @param leaseTimeout a claim that was not renewed for this long is taken over
 */
public record OutputSettings(Optional<String> dir, Lease lease, Duration leaseTimeout) {
  /** How two runs on one output are kept apart. */
  public enum Lease {
    EXCLUSIVE,
    NONE
  }

  /** The folder, for commands that need one; the reader has refused its absence. */
  public String folder() {
    return dir.orElseThrow(() -> new IllegalStateException("output.dir was not required"));
  }
}
