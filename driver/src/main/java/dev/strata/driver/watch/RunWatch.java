package dev.strata.driver.watch;

import dev.strata.driver.averaging.RoundTraffic;
import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.LayerEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a run to machines and to the people who read logs: metrics in Spark's metrics system (with
 * whatever sinks it has), lines in the driver's log, and in each line of the log, on the driver and
 * in its tasks, the run, phase and round as {@link LogContext}.
 *
 * <p>Never a reason for a run to fail. For one thread; metrics are read by others.
 */
public final class RunWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunWatch.class);

  /** Between two lines about rounds. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** Spark has one metrics system in a process: of runs at the same time, the first is shown. */
  private static final AtomicReference<RunWatch> SHOWN = new AtomicReference<>();

  private final String runId;
  private final LongSupplier nanoTime;
  private final TaskFailures failures = new TaskFailures();
  private final RunMetrics metrics;
  private final boolean shown;
  private final LogContext context;
  private Optional<SparkContext> spark = Optional.empty();
  private Optional<Long> loggedAt = Optional.empty();
  private Optional<HistoryEntry> unlogged = Optional.empty();
  private final List<RunListener> listeners = new ArrayList<>();

  private RunWatch(
      String job, String runId, DoubleSupplier lockAge, LongSupplier nanoTime, boolean shown) {
    this.shown = shown;
    this.runId = runId;
    this.nanoTime = nanoTime;
    this.metrics = new RunMetrics(job, runId, lockAge, failures, nanoTime);
    this.context = new LogContext(runId);
  }

  /**
   * Begins to mark this thread's lines of the log; {@link #close} ends it.
   *
   * @param job the command, such as {@code train}
   * @param lockAge seconds since the lock of the output folder was renewed
   */
  public static RunWatch of(String job, String runId, DoubleSupplier lockAge) {
    return of(job, runId, lockAge, System::nanoTime);
  }

  static RunWatch of(String job, String runId, DoubleSupplier lockAge, LongSupplier nanoTime) {
    return new RunWatch(job, runId, lockAge, nanoTime, true);
  }

  /** Only logs: for training outside of a run. */
  public static RunWatch logging(String job) {
    return new RunWatch(job, "-", () -> 0, System::nanoTime, false);
  }

  /** Also shows the run to this one. */
  public void add(RunListener listener) {
    listeners.add(listener);
  }

  /**
   * A phase starts: the first one shows the metrics to Spark's sinks.
   *
   * @param name such as {@code supervised}
   * @param layer that is trained alone
   * @param round after which it resumes; 0 where it starts
   */
  public void phase(SparkContext on, String name, Optional<String> layer, long round) {
    logRound();
    loggedAt = Optional.empty();
    metrics.phase(name, layer);
    listeners.forEach(listener -> listener.phase(name, round));
    if (shown && spark.isEmpty()) {
      show(on);
    }
    context.phase(spark, name, round);
    LOG.info(
        "Phase {}{} {}",
        name,
        layer.map(l -> " (layer " + l + ")").orElse(""),
        round == 0 ? "starts" : "resumes after round " + round);
  }

  /** A round begins. */
  public void beginsRound(long round) {
    context.round(spark, round);
  }

  /**
   * A round has ended, and this is its line in the history.
   *
   * @param rows that its workers trained on
   */
  public void round(HistoryEntry entry, long rows, RoundTraffic traffic) {
    round(entry, Optional.empty(), rows, traffic);
  }

  /**
   * As above.
   *
   * @param layers what the round did to the layers; empty where that was not looked at
   */
  public void round(
      HistoryEntry entry, Optional<LayerEntry> layers, long rows, RoundTraffic traffic) {
    metrics.round(entry, rows, traffic);
    listeners.forEach(listener -> listener.round(entry, layers));
    unlogged = Optional.of(entry);
    long now = nanoTime.getAsLong();
    if (loggedAt.isEmpty() || now - loggedAt.get() >= INTERVAL.toNanos()) {
      loggedAt = Optional.of(now);
      logRound();
    }
  }

  /** A checkpoint has been written. */
  public void checkpoint(long round, double seconds, long bytes) {
    metrics.checkpoint(round, seconds, bytes);
    LOG.debug("Checkpoint of round {}: {} bytes in {} s", round, bytes, seconds);
  }

  private void logRound() {
    unlogged.ifPresent(RunWatch::log);
    unlogged = Optional.empty();
  }

  private static void log(HistoryEntry entry) {
    LOG.info(
        "Phase {}, round {}, epoch {} of {}: loss {}, {} examples/s{}",
        entry.phase(),
        entry.round(),
        entry.epoch() + 1,
        entry.epochs(),
        ProgressText.significant(entry.loss()),
        Math.round(entry.examplesPerSecond()),
        entry.metrics().isEmpty() ? "" : ", validation " + entry.metrics());
  }

  private void show(SparkContext on) {
    spark = Optional.of(on);
    try {
      on.addSparkListener(failures);
      if (SHOWN.compareAndSet(null, this)) {
        SparkEnv.get().metricsSystem().registerSource(metrics);
      } else {
        LOG.info("Run {} has no metrics: another run of this process is shown", runId);
      }
    } catch (RuntimeException | LinkageError e) {
      // Spark's metrics system is no public API.
      LOG.warn("Metrics of run {} cannot be shown", runId, e);
    }
  }

  /** Shows the last values once more, then removes them; the log's lines are marked no longer. */
  @Override
  public void close() {
    logRound();
    context.close(spark);
    spark.ifPresent(this::hide);
    spark = Optional.empty();
  }

  private void hide(SparkContext on) {
    boolean first = SHOWN.compareAndSet(this, null);
    try {
      SparkEnv environment = SparkEnv.get();
      if (on.isStopped() || environment == null) {
        return;
      }
      on.removeSparkListener(failures);
      if (first) {
        environment.metricsSystem().report();
        environment.metricsSystem().removeSource(metrics);
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("Metrics of run {} cannot be removed", runId, e);
    }
  }
}
