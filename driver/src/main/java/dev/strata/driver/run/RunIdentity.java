package dev.strata.driver.run;

import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code run.json} of an output folder: which run it holds.
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the writer
 * @param runId kept over resumes
 * @param job such as {@code train}
 * @param strataVersion of the run's first attempt
 * @param configuration resolved, flat: key path → value as text, without the keys that may change on resume
 * @param created ISO 8601, UTC
 */
public record RunIdentity(
    int formatVersion,
    String runId,
    String job,
    String strataVersion,
    Map<String, String> configuration,
    String created) {
  /** Raised whenever an older reader could not read what is written. */
  public static final int FORMAT_VERSION = 1;

  public RunIdentity {
    configuration = configuration == null ? Map.of() : new TreeMap<>(configuration);
  }

  /** A run that begins now, with a new id. */
  public static RunIdentity create(String job, String strataVersion, Map<String, String> configuration) {
    throw new UnsupportedOperationException();
  }
}
