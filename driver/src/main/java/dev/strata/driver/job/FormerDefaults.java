package dev.strata.driver.job;

import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps, in a run that an older version of Strata began, a default that has changed since: a key
 * that the command leaves at its default has the value that {@code run.json} records. Otherwise the
 * run would be rejected, or would change its settings in the middle.
 */
final class FormerDefaults {
  private static final Logger LOG = LoggerFactory.getLogger(FormerDefaults.class);
  private static final String KEY = "averaging.outer.momentum";

  /** As run.json has it. */
  private static final String FORMER = "null";

  private FormerDefaults() {}

  /** The context with the settings of the run that the output folder holds. */
  static JobContext kept(RunJob job, JobContext context) {
    if (context.overwrite() || !context.configuration().defaults().contains(KEY)) {
      return context;
    }
    RunFolder folder = RunFolder.of(context.hadoop(), context.settings().output().folder());
    if (!isFormer(folder, context.command())) {
      return context;
    }
    if (folder.hasWork()) {
      context.notice(
          "An older version of Strata started this run with another default of "
              + KEY
              + "; the run keeps it.");
    }
    ResolvedConfiguration former = context.configuration().with(KEY + "=" + FORMER);
    return context.with(former, SettingsReader.read(former, job.needs(former)));
  }

  private static boolean isFormer(RunFolder folder, String job) {
    Optional<RunIdentity> held;
    try {
      held = folder.identity();
    } catch (StrataException e) {
      // reported when the run begins, under the folder's lock
      LOG.debug("the earlier run cannot be read yet", e);
      return false;
    }
    return held.filter(run -> run.job().equals(job))
        .filter(run -> FORMER.equals(run.configuration().get(KEY)))
        .isPresent();
  }
}
