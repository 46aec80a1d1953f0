package dev.strata.driver.watch;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.strata.driver.averaging.RoundTraffic;
import dev.strata.driver.run.HistoryEntry;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.spark.metrics.source.Source;

/**
 * The metrics of a run, which Spark's sinks read at any time while the driver's thread writes them.
 *
 * <p>Values of the newest round are those of its line in {@code history.jsonl}. Names are part of
 * the contract with dashboards and alerts: docs/metrics.md lists them. Everything is a gauge, so
 * that each name ends in the same way in Prometheus ({@code …_Value}); those that start with {@code
 * total.} only grow, from 0 when this process begins or resumes the run.
 */
final class RunMetrics implements Source {
  /** Between Spark's namespace and instance, and the name of a metric. */
  static final String NAME = "strata";

  /** Parts of a round's time, as the history names them. */
  static final Set<String> ROUND_PHASES =
      Set.of("broadcast", "job", "setup", "train", "average", "validation");

  private final MetricRegistry registry = new MetricRegistry();
  private final Map<String, Double> totalSeconds = new ConcurrentHashMap<>();
  private final Map<String, Double> validation = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private volatile Optional<HistoryEntry> newest = Optional.empty();
  private volatile String phase = "";
  private volatile String layer = "";
  private final AtomicLong phases = new AtomicLong();
  private final AtomicLong rounds = new AtomicLong();
  private final AtomicLong trained = new AtomicLong();
  private volatile RoundTraffic traffic = RoundTraffic.NONE;
  private volatile Checkpoint checkpoint = new Checkpoint(0, 0, 0, 0, 0);

  /** The newest checkpoint that this process wrote, and how many it wrote. */
  private record Checkpoint(long count, long round, double seconds, long bytes, long atNanos) {}

  /**
   * @param lockAge seconds since the lock of the output folder was renewed
   * @param failures counts of failed tasks and lost executors
   */
  RunMetrics(
      String job,
      String runId,
      DoubleSupplier lockAge,
      TaskFailures failures,
      LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    text("job", () -> job);
    text("runId", () -> runId);
    text("phase", () -> phase);
    text("layer", () -> layer);
    whole("phases", phases::get);
    whole("round", () -> newest.map(HistoryEntry::round).orElse(0L));
    whole("epoch", () -> newest.map(HistoryEntry::epoch).orElse(0).longValue());
    whole("epochs", () -> newest.map(HistoryEntry::epochs).orElse(0).longValue());
    whole("iteration", () -> newest.map(HistoryEntry::iteration).orElse(0L));
    whole("examples", () -> newest.map(HistoryEntry::examples).orElse(0L));
    whole("totalExamples", () -> newest.map(HistoryEntry::totalExamples).orElse(0L));
    number("loss", () -> newest.map(HistoryEntry::loss).orElse(Double.NaN));
    number("examplesPerSecond", () -> newest.map(HistoryEntry::examplesPerSecond).orElse(0.0));
    for (String part : ROUND_PHASES) {
      number(
          "seconds." + part,
          () -> newest.map(entry -> entry.seconds().getOrDefault(part, 0.0)).orElse(0.0));
      number("total.seconds." + part, () -> totalSeconds.getOrDefault(part, 0.0));
    }
    whole("total.rounds", rounds::get);
    whole("total.examples", trained::get);
    whole("total.bytesSent", () -> traffic.sent());
    whole("total.bytesReceived", () -> traffic.received());
    whole("total.repeatedTasks", () -> (long) traffic.repeated());
    whole("total.failedTasks", failures::tasks);
    whole("total.lostExecutors", failures::executors);
    whole("total.checkpoints", () -> checkpoint.count());
    whole("checkpoint.round", () -> checkpoint.round());
    whole("checkpoint.bytes", () -> checkpoint.bytes());
    number("checkpoint.seconds", () -> checkpoint.seconds());
    number("checkpoint.ageSeconds", this::checkpointAge);
    number("lock.ageSeconds", lockAge);
  }

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  /** A phase starts, or resumes after a round. */
  void phase(String name, Optional<String> ofLayer) {
    phase = name;
    layer = ofLayer.orElse("");
    newest = Optional.empty();
    validation.replaceAll((metric, value) -> Double.NaN);
    checkpoint = new Checkpoint(checkpoint.count(), 0, checkpoint.seconds(), checkpoint.bytes(), 0);
    phases.incrementAndGet();
  }

  /**
   * A round has ended.
   *
   * @param rows that its workers trained on
   */
  void round(HistoryEntry entry, long rows, RoundTraffic moved) {
    entry.seconds().forEach((part, seconds) -> totalSeconds.merge(part, seconds, Double::sum));
    traffic =
        new RoundTraffic(
            traffic.sent() + moved.sent(),
            traffic.received() + moved.received(),
            traffic.repeated() + moved.repeated());
    rounds.incrementAndGet();
    trained.addAndGet(rows);
    new TreeMap<>(entry.metrics())
        .forEach(
            (metric, value) -> {
              if (validation.put(metric, value) == null) {
                number("validation." + metric, () -> validation.get(metric));
              }
            });
    newest = Optional.of(entry);
  }

  /** A checkpoint has been written. */
  void checkpoint(long round, double seconds, long bytes) {
    checkpoint =
        new Checkpoint(checkpoint.count() + 1, round, seconds, bytes, nanoTime.getAsLong());
  }

  /** NaN before the phase's first one. */
  private double checkpointAge() {
    Checkpoint last = checkpoint;
    return last.atNanos() == 0 ? Double.NaN : (nanoTime.getAsLong() - last.atNanos()) / 1e9;
  }

  private void text(String name, Supplier<String> value) {
    registry.register(name, (Gauge<String>) value::get);
  }

  private void whole(String name, LongSupplier value) {
    registry.register(name, (Gauge<Long>) value::getAsLong);
  }

  private void number(String name, DoubleSupplier value) {
    registry.register(name, (Gauge<Double>) value::getAsDouble);
  }
}
