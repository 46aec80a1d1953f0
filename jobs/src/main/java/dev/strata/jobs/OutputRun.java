package dev.strata.jobs;

import dev.strata.driver.lease.OutputLease;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.ResumeRule;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.run.RunStart;
import dev.strata.executor.failure.StrataException;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.cli.StrataVersion;
import dev.strata.jobs.config.OutputSettings;
import dev.strata.jobs.config.Settings;
import dev.strata.jobs.models.NamedModels;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The frame of every job that writes: claims the output folder, refuses what is not its own, and
 * writes the result last.
 */
final class OutputRun {
  private static final String WORKERS_KEY = "training.workers";

  private final JobContext context;
  private final RunFolder folder;
  private final OutputLease lease;
  private final RunStart start;

  private OutputRun(JobContext context, RunFolder folder, OutputLease lease, RunStart start) {
    this.context = context;
    this.folder = folder;
    this.lease = lease;
    this.start = start;
  }

  /** The work of a job, between claim and result. */
  @FunctionalInterface
  interface Work {
    RunResult run(OutputRun run);
  }

  /** What becomes of a run of this job that the folder holds. */
  enum Earlier {
    /** It is gone on with, or refused where its settings were others. */
    RESUMED,
    /** The same; but as nothing is kept of an unfinished one, its settings may have been others. */
    RESTARTED,
    /** It is done anew, finished or not, its output staying until there is a new one. */
    SUPERSEDED
  }

  /**
   * Does the work unless the folder holds its result already.
   *
   * @return the result, old or new
   */
  static RunResult of(JobContext context, Work work) {
    return of(context, Earlier.RESUMED, work);
  }

  /** As above, with what becomes of a run that the folder holds. */
  static RunResult of(JobContext context, Earlier earlier, Work work) {
    RunFolder folder = RunFolder.of(context.hadoop(), context.settings().output().folder());
    folder.ensureWritable();
    RunIdentity asked =
        RunIdentity.create(
            context.command(), StrataVersion.version(), context.configuration().identity());
    try (OutputLease lease = acquire(context, folder, asked)) {
      RunStart start = start(context, earlier, folder, asked);
      start.notices().forEach(context::notice);
      if (start.state() == RunStart.State.FINISHED) {
        context.notice(
            "The output holds this finished run already; --overwrite does it anew: "
                + folder.folder());
        RunResult result = folder.result().orElseThrow();
        folder.finish(result);
        return result;
      }
      RunResult result = work.run(new OutputRun(context, folder, lease, start));
      lease.ensureHeld();
      folder.finish(result);
      return result;
    }
  }

  private static RunStart start(
      JobContext context, Earlier earlier, RunFolder folder, RunIdentity asked) {
    if (context.overwrite()) {
      return folder.begin(asked, true, rule(context));
    }
    return switch (earlier) {
      case RESUMED -> folder.begin(asked, false, rule(context));
      case RESTARTED -> folder.restart(asked, rule(context));
      case SUPERSEDED -> folder.supersede(asked, rule(context));
    };
  }

  private static OutputLease acquire(JobContext context, RunFolder folder, RunIdentity asked) {
    OutputSettings output = context.settings().output();
    if (output.lease() == OutputSettings.Lease.NONE) {
      return OutputLease.none();
    }
    try {
      return OutputLease.acquire(
          context.hadoop(), folder.folder().toString(), output.leaseTimeout(), asked.runId());
    } catch (StrataException e) {
      context.failures().notOurs();
      throw e;
    }
  }

  private static ResumeRule rule(JobContext context) {
    Set<String> keys = new TreeSet<>(context.configuration().resumable());
    if (context.settings().allowWorkersChange()) {
      keys.add(WORKERS_KEY);
    }
    return new ResumeRule(keys, context.configuration().defaults());
  }

  JobContext context() {
    return context;
  }

  Settings settings() {
    return context.settings();
  }

  RunFolder folder() {
    return folder;
  }

  OutputLease lease() {
    return lease;
  }

  /** Kept over resumes. */
  String runId() {
    return start.identity().runId();
  }

  /** Whether the folder may hold work of an earlier attempt. */
  boolean resumes() {
    return start.state() == RunStart.State.UNFINISHED;
  }

  /**
   * Opens the model that a key names, a version of the zoo written down for when the run is
   * resumed.
   */
  ModelBundle model(String name, String key) {
    return NamedModels.open(folder, resumes(), settings(), name, key, context::notice);
  }

  /** Where the prepared rows of this run lie. */
  String shardFolder() {
    return Optional.of(settings().data())
        .flatMap(data -> data.shards())
        .orElseGet(() -> folder.shards().toString());
  }
}
