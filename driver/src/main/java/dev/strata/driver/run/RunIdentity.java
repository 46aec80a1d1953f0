package dev.strata.driver.run;

import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.Secrets;
import dev.strata.executor.failure.StrataException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The {@code run.json} of an output folder: which run it holds.
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the writer
 * @param runId kept over resumes
 * @param job such as {@code train}
 * @param strataVersion of the run's first attempt
 * @param configuration resolved, flat: key path → value as text, without the keys that may change
 *     on resume
 * @param created ISO 8601, UTC
 */
public record RunIdentity(
    int formatVersion,
    String runId,
    String job,
    String strataVersion,
    Map<String, String> configuration,
    String created) {
  /** Raised whenever an older reader could not read what is written, or could not check it. */
  public static final int FORMAT_VERSION = 2;

  /** First version whose files carry their own checksum. */
  static final int SIGNED_SINCE = 2;

  /** Changed keys that an error names; of another run's folder nearly all differ. */
  private static final int MOST_NAMED = 8;

  /** The folder that run.json lies in; it may be spelt in another way, or have been moved. */
  private static final String OUTPUT_KEY = "output.dir";

  public RunIdentity {
    // Versions before this one stored some credentials that are hidden now.
    configuration = configuration == null ? Map.of() : Secrets.values(configuration);
  }

  /** A run that begins now, with a new id. */
  public static RunIdentity create(
      String job, String strataVersion, Map<String, String> configuration) {
    return new RunIdentity(
        FORMAT_VERSION,
        UUID.randomUUID().toString(),
        job,
        strataVersion,
        configuration,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Refuses (data) what says too little to be a run. */
  void requireWhole(Object file) {
    if (formatVersion < 1 || runId == null || job == null || configuration.containsValue(null)) {
      throw StrataException.data("cannot read run.json")
          .file(file)
          .found("formatVersion %d, runId %s, job %s".formatted(formatVersion, runId, job))
          .expected("all three, and a configuration without null")
          .build();
    }
  }

  /** Refuses (data) what a newer version of Strata wrote. */
  void requireReadable(Object file) {
    if (formatVersion > FORMAT_VERSION) {
      throw StrataException.data("the run was written by a newer version of Strata")
          .file(file)
          .found("format version " + formatVersion + ", Strata " + strataVersion)
          .expected("at most " + FORMAT_VERSION + "; resume with the version that started it")
          .build();
    }
  }

  /**
   * Checks that {@code asked} is of this job.
   *
   * @throws StrataException (configuration) for another job
   */
  void requireSameJob(RunIdentity asked, Object folder) {
    if (!Objects.equals(job, asked.job)) {
      throw StrataException.configuration("the output folder has another run")
          .key(OUTPUT_KEY)
          .file(folder)
          .found("a run of the job " + job + ", started " + created)
          .expected(
              "another folder for the job " + asked.job + ", or --overwrite to delete that run")
          .build();
    }
  }

  /**
   * Checks that {@code asked} is this run, so that it may resume here.
   *
   * @param rule which keys may differ; {@code output.dir} always may
   * @throws StrataException (configuration) for another job, or naming changed keys with both
   *     values, the first {@link #MOST_NAMED}
   */
  public void requireSame(RunIdentity asked, ResumeRule rule, Object folder) {
    requireSameJob(asked, folder);
    List<String> changed = changed(asked, rule);
    if (changed.isEmpty()) {
      return;
    }
    throw StrataException.configuration(
            "the output folder has a run with other settings; these keys cannot change on resume")
        .key(Counted.first(changed, MOST_NAMED))
        .file(folder)
        .found(Counted.first(changes(asked, rule), MOST_NAMED, "; "))
        .expected("the original values, another output.dir, or --overwrite to start over")
        .build();
  }

  /** Whether {@code asked}, of the same job, may resume here. */
  boolean isSame(RunIdentity asked, ResumeRule rule) {
    return changed(asked, rule).isEmpty();
  }

  /** Each key that may not differ and does, with both its values. */
  List<String> changes(RunIdentity asked, ResumeRule rule) {
    return changed(asked, rule).stream()
        .map(
            key ->
                key
                    + " = "
                    + text(asked.configuration.get(key))
                    + " (was "
                    + text(configuration.get(key))
                    + ")")
        .toList();
  }

  private List<String> changed(RunIdentity asked, ResumeRule rule) {
    Set<String> keys = new TreeSet<>(configuration.keySet());
    keys.addAll(asked.configuration.keySet());
    keys.removeIf(key -> rule.allows(key, configuration.containsKey(key)));
    keys.remove(OUTPUT_KEY);
    return keys.stream()
        .filter(key -> !Objects.equals(configuration.get(key), asked.configuration.get(key)))
        .toList();
  }

  private static String text(String value) {
    return value == null ? "not set" : value;
  }
}
