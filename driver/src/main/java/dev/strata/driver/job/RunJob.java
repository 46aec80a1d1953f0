package dev.strata.driver.job;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.run.RunResult;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * A job of Strata that writes a run's folder: what it requires of the configuration, and its work.
 * The command line, the Spark ML stages and the Java API all run these same jobs.
 */
public interface RunJob {
  /** Such as {@code fine-tune}; recorded in {@code run.json}, {@code result.json} and the model. */
  String name();

  /** What the configuration must hold for it. */
  Set<Need> needs(ResolvedConfiguration configuration);

  /** Adds problems that show without running anything, to be reported with all others. */
  default void inspect(Settings settings, Configuration hadoop, Problems problems) {}

  /** What becomes of an earlier run of this job in the same folder. */
  RepeatPolicy policy(JobContext context);

  /** Does the work between the lock on the folder and the result. */
  RunResult work(ManagedRun run);

  /**
   * Runs the job, unless the folder holds its result already.
   *
   * @return the result, old or new
   * @throws dev.strata.executor.failure.StrataException for failures that a user can act on
   */
  default RunResult run(JobContext context) {
    JobContext kept = FormerDefaults.kept(this, context);
    return ManagedRun.of(kept, policy(kept), this::work);
  }
}
