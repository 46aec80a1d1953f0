package dev.strata.driver.job;

import dev.strata.driver.configuration.OutputSettings;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.mlflow.RunTracker;
import dev.strata.driver.models.BuildInfo;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.ResumeRule;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.driver.run.RunInputs;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.run.RunStart;
import dev.strata.driver.tensorboard.TensorBoardLog;
import dev.strata.driver.training.RunContext;
import dev.strata.driver.training.RunContextBuilder;
import dev.strata.driver.watch.RunWatch;
import dev.strata.executor.failure.StrataException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frame of every job that writes: claims the output folder, refuses what is not its own, and
 * writes the result last.
 */
public final class ManagedRun {
  private static final Logger LOG = LoggerFactory.getLogger(ManagedRun.class);
  private static final String WORKERS_KEY = "training.workers";

  /** Begins the names of the parts of unlabelled rows. */
  private static final String UNLABELLED = "unlabelled-";

  private final JobContext context;
  private final RunFolder folder;
  private final OutputLock lock;
  private final RunStart start;
  private final RunWatch watch;
  private final boolean hasWork;

  private ManagedRun(
      JobContext context, RunFolder folder, OutputLock lock, RunStart start, RunWatch watch) {
    this.context = context;
    this.folder = folder;
    this.lock = lock;
    this.start = start;
    this.watch = watch;
    this.hasWork = resumes() && folder.hasWork();
  }

  /** The work of a job, between claim and result. */
  @FunctionalInterface
  public interface Work {
    RunResult run(ManagedRun run);
  }

  /**
   * Does the work unless the folder holds its result already: of the same settings, sources and
   * models.
   *
   * @return the result, old or new
   */
  public static RunResult of(JobContext context, RepeatPolicy repetition, Work work) {
    RunFolder folder = RunFolder.of(context.hadoop(), context.settings().output().folder());
    folder.ensureWritable();
    RunIdentity asked =
        RunIdentity.create(
            context.command(), BuildInfo.read().version(), context.configuration().identity());
    try (OutputLock lock = acquire(context, folder, asked)) {
      // before anything is read, so that what changes while the run reads is seen the next time
      JobInputs inputs = new JobInputs(context);
      repetition.reads().accept(inputs);
      RunStart bySettings = start(context, repetition.earlier(), folder, asked);
      bySettings.notices().forEach(context::notice);
      RunStart start =
          new EarlierRunCheck(context, folder, repetition, asked, inputs.collected())
              .judged(bySettings);
      if (start.state() == RunStart.State.FINISHED) {
        context.notice(
            "This run is already finished; use --overwrite to repeat it: " + folder.folder());
        folder.clearFailure();
        RunResult result = folder.result().orElseThrow();
        tracker(context, folder, start.identity().runId()).ifPresent(own -> own.finish(result));
        return result;
      }
      return worked(context, folder, lock, start, work);
    }
  }

  private static RunResult worked(
      JobContext context, RunFolder folder, OutputLock lock, RunStart start, Work work) {
    String runId = start.identity().runId();
    Optional<RunTracker> tracker = tracker(context, folder, runId);
    try (RunWatch watch = RunWatch.of(context.command(), runId, lock::ageSeconds)) {
      ManagedRun run = new ManagedRun(context, folder, lock, start, watch);
      LOG.info(
          "Run {} {}: {} into {}",
          runId,
          run.resumes() ? "resumes" : "starts",
          context.command(),
          folder.folder());
      tracker.ifPresent(own -> watch.add((entry, layers) -> own.round(entry)));
      RunResult result = followed(run, work);
      lock.ensureHeld();
      folder.finish(result);
      LOG.info("Run {} finished", runId);
      tracker.ifPresent(own -> own.finish(result));
      return result;
    } catch (RuntimeException e) {
      LOG.info("Run {} failed: {}", runId, e.toString());
      tracker.ifPresent(RunTracker::fail);
      throw e;
    }
  }

  /** The work, its rounds shown to TensorBoard where that is asked for. */
  private static RunResult followed(ManagedRun run, Work work) {
    if (!run.settings().report().tensorboard()) {
      return work.run(run);
    }
    TensorBoardLog log = new TensorBoardLog(run.folder(), run.context()::notice);
    run.watch.add(log);
    try {
      return work.run(run);
    } finally {
      log.close();
    }
  }

  private static Optional<RunTracker> tracker(JobContext context, RunFolder folder, String runId) {
    BuildInfo build = BuildInfo.read();
    RunTracker.About about =
        new RunTracker.About(
            context.command(),
            runId,
            context.configuration().differences(),
            build.version(),
            build.commit());
    return RunTracker.of(context.settings().mlflow(), about, folder, context::notice);
  }

  private static RunStart start(
      JobContext context, RepeatPolicy.Earlier earlier, RunFolder folder, RunIdentity asked) {
    if (context.overwrite()) {
      return folder.begin(asked, true, rule(context));
    }
    return switch (earlier) {
      case RESUMED -> folder.begin(asked, false, rule(context));
      case RESTARTED -> folder.restart(asked, rule(context));
      case SUPERSEDED -> folder.supersede(asked, rule(context));
    };
  }

  private static OutputLock acquire(JobContext context, RunFolder folder, RunIdentity asked) {
    OutputSettings output = context.settings().output();
    if (output.lease() == OutputSettings.Lease.NONE) {
      return OutputLock.none();
    }
    try {
      return OutputLock.acquire(
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
    return new ResumeRule(keys, FormerDefaults.unneeded(context.configuration()));
  }

  public JobContext context() {
    return context;
  }

  public Settings settings() {
    return context.settings();
  }

  RunFolder folder() {
    return folder;
  }

  OutputLock lock() {
    return lock;
  }

  /** Kept over resumes. */
  String runId() {
    return start.identity().runId();
  }

  /** Whether the folder may hold work of an earlier attempt. */
  boolean resumes() {
    return start.state() == RunStart.State.UNFINISHED;
  }

  /** Whether what an earlier attempt or run wrote is replaced, once there is a new one. */
  boolean replaces() {
    return start.state() == RunStart.State.AGAIN;
  }

  /**
   * Sees to it that the rows are those that an unfinished run has been trained on, and records them
   * where they are the first.
   *
   * @throws StrataException (data) where they are others
   */
  void requireSame(PreparedData rows) {
    requireSame(rows, "");
  }

  /** As {@link #requireSame(PreparedData)}, of unlabelled rows beside the run's own. */
  void requireSameUnlabelled(PreparedData rows) {
    requireSame(rows, UNLABELLED);
  }

  private void requireSame(PreparedData rows, String prefix) {
    Map<String, String> prepared = new TreeMap<>();
    rows.shards().forEach((part, set) -> prepared.put(prefix + part, set.manifestSha256()));
    Optional<RunInputs> held = folder.inputs(runId());
    Map<String, String> all = new TreeMap<>(held.map(RunInputs::rows).orElse(Map.of()));
    Map<String, String> before = new TreeMap<>(all);
    before.keySet().removeIf(part -> part.startsWith(UNLABELLED) == prefix.isEmpty());
    boolean sameWorkers =
        Objects.equals(
            start.identity().configuration().get(WORKERS_KEY),
            Integer.toString(settings().training().workers()));
    if (hasWork && sameWorkers && !before.isEmpty() && !before.equals(prepared)) {
      throw StrataException.data("the rows differ from those that this run was trained on")
          .key("output.dir")
          .file(rows.folder())
          .found("other rows of " + different(before, prepared))
          .expected("the same data, another output.dir, or --overwrite to start over")
          .build();
    }
    all.keySet().removeAll(before.keySet());
    all.putAll(prepared);
    held.ifPresent(inputs -> folder.write(inputs.withRows(all)));
  }

  private static String different(Map<String, String> before, Map<String, String> now) {
    Set<String> parts = new TreeSet<>(before.keySet());
    parts.addAll(now.keySet());
    parts.removeIf(part -> Objects.equals(before.get(part), now.get(part)));
    return String.join(", ", parts);
  }

  /**
   * Opens the model that a key names, a version of the zoo written down for when the run is
   * resumed.
   */
  ModelBundle model(String name, String key) {
    return NamedModels.open(folder, resumes(), settings(), name, key, context::notice);
  }

  /** Opens all models that the key {@code model} names. */
  ModelEnsemble models() {
    return new ModelEnsemble(
        ModelNames.of(context.hadoop(), settings()).stream()
            .map(named -> model(named.name(), named.key()))
            .toList());
  }

  /** Context of this run for requests of training. */
  RunContext training(ProgressView progress) {
    return RunContextBuilder.builder()
        .job(context.command())
        .runId(runId())
        .folder(folder)
        .lock(lock)
        .seed(settings().seed())
        .resume(resumes())
        .allowWorkersChange(settings().allowWorkersChange())
        .progress(progress)
        .watch(watch)
        .followsLayers(context.reports() && settings().report().layerStatistics())
        .build();
  }

  /** Where the prepared rows of this run lie. */
  String shardFolder() {
    return Optional.of(settings().data())
        .flatMap(data -> data.shards())
        .orElseGet(() -> folder.shards().toString());
  }
}
