package dev.strata.driver.averaging;

import dev.strata.driver.spark.SparkCalls;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.executor.round.RoundPhase;
import dev.strata.executor.round.RoundStart;
import dev.strata.executor.round.RoundTask;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerResult;
import dev.strata.executor.round.WorkerRound;
import dev.strata.executor.round.WorkerState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * The Spark jobs of a phase's rounds: one task a worker, placed where the worker's learner stays.
 */
final class RoundJob implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RoundJob.class);

  private final JavaSparkContext spark;
  private final RoundPhase phase;
  private final boolean within;
  private final Optional<SlicedReduction> sliced;
  private final Broadcast<RoundPhase> shared;
  private final ExecutorService sender;

  /**
   * @param within whether all tasks run in this process
   * @param sliced averages on the executors; empty: the driver gets the workers' whole states
   */
  RoundJob(
      JavaSparkContext spark, RoundPhase phase, boolean within, Optional<SlicedReduction> sliced) {
    this.spark = spark;
    this.phase = phase;
    this.within = within;
    this.sliced = sliced;
    this.sender = Executors.newSingleThreadExecutor(RoundJob::thread);
    // Once a phase: Hadoop's configuration alone takes milliseconds to write and to read.
    this.shared = spark.broadcast(phase);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "strata-round-start");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Results in worker order.
   *
   * @param mean what the executors have averaged; then the results are without it
   */
  record Collected(
      List<WorkerResult> results,
      Optional<SlicedReduction.Mean> mean,
      double broadcastMillis,
      double jobMillis,
      RoundTraffic traffic) {}

  /**
   * A round whose start is on its way to the executors while the driver does other work.
   *
   * @param start what is sent
   */
  record Prepared(RoundStart start, CompletableFuture<RoundExchange> exchange)
      implements AutoCloseable {
    RoundExchange await() {
      try {
        return exchange.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }

    /** Also of a round that is not run. */
    @Override
    public void close() {
      try {
        exchange.join().close();
      } catch (CompletionException e) {
        LOG.debug("nothing was handed out", e);
      }
    }
  }

  /** Begins to send a round's start. */
  Prepared prepare(RoundStart start) {
    return new Prepared(
        start,
        within
            ? CompletableFuture.completedFuture(RoundExchange.within(start))
            : CompletableFuture.supplyAsync(() -> RoundExchange.broadcast(spark, start), sender));
  }

  Collected run(Prepared round, List<WorkerTurn> turns) {
    long begun = System.nanoTime();
    try (round) {
      RoundExchange exchange = round.await();
      long handedOut = System.nanoTime();
      double broadcast = (handedOut - begun) / 1e6;
      return sliced.isPresent()
          ? runSliced(sliced.get(), round.start(), exchange, turns, broadcast)
          : runWhole(round.start(), exchange, turns, broadcast);
    }
  }

  private Collected runWhole(
      RoundStart start, RoundExchange exchange, List<WorkerTurn> turns, double broadcast) {
    long begun = System.nanoTime();
    List<WorkerResult> results = new ArrayList<>(collect(exchange, turns, false));
    List<WorkerTurn> again = new ArrayList<>();
    for (WorkerResult result : results) {
      if (result.stateMissing()) {
        turns.stream().filter(t -> t.task().worker() == result.worker()).forEach(again::add);
      }
    }
    if (!again.isEmpty()) {
      results.removeIf(WorkerResult::stateMissing);
      results.addAll(collect(exchange, again, true));
      results.sort(Comparator.comparingInt(WorkerResult::worker));
    }
    double job = (System.nanoTime() - begun) / 1e6;
    RoundTraffic traffic =
        within
            ? new RoundTraffic(0, 0, again.size())
            : new RoundTraffic(sent(start, again), received(results), again.size());
    return new Collected(results, Optional.empty(), broadcast, job, traffic);
  }

  /**
   * Where a worker's own state is missing, all workers take their part again: what the others have
   * done went to the executors.
   */
  private Collected runSliced(
      SlicedReduction reduction,
      RoundStart start,
      RoundExchange exchange,
      List<WorkerTurn> turns,
      double broadcast) {
    long begun = System.nanoTime();
    Optional<SlicedReduction.Reduced> reduced =
        reduction.run(shared, exchange, placed(turns, false));
    List<WorkerTurn> again = reduced.isPresent() ? List.of() : turns;
    if (reduced.isEmpty()) {
      reduced = reduction.run(shared, exchange, placed(turns, true));
    }
    SlicedReduction.Reduced all =
        reduced.orElseThrow(() -> new IllegalStateException("a worker lost the state it was sent"));
    double job = (System.nanoTime() - begun) / 1e6;
    long mean = bytes(all.mean().parameters()) + bytes(all.mean().optimizerState());
    return new Collected(
        all.results(),
        Optional.of(all.mean()),
        broadcast,
        job,
        within
            ? new RoundTraffic(0, 0, again.size())
            : new RoundTraffic(sent(start, again), mean + received(all.results()), again.size()));
  }

  private static long sent(RoundStart start, List<WorkerTurn> withState) {
    return bytes(start.parameters())
        + bytes(start.optimizerState())
        + withState.stream().mapToLong(turn -> bytes(turn.state())).sum();
  }

  private static long received(List<WorkerResult> results) {
    return results.stream()
        .mapToLong(
            result ->
                bytes(result.parameters()) + bytes(result.optimizerState()) + bytes(result.state()))
        .sum();
  }

  private static long bytes(StateVector vector) {
    return vector.length() * Float.BYTES;
  }

  private static long bytes(WorkerState state) {
    return bytes(state.optimizerState()) + state.learnerState().length;
  }

  /** Lets executors drop the learners of the attempt; those it misses go by age. */
  @Override
  public void close() {
    sender.shutdown();
    String attempt = phase.attempt();
    int workers = phase.plan().workers();
    if (spark.sc().isStopped()) {
      return;
    }
    try {
      SparkTasks.run(
          spark,
          workers,
          slot -> {
            WorkerRound.release(attempt);
            return slot;
          });
      shared.destroy();
    } catch (RuntimeException e) {
      LOG.debug("learners of attempt {} stay until they are old", attempt, e);
    }
  }

  private List<WorkerResult> collect(
      RoundExchange exchange, List<WorkerTurn> turns, boolean withState) {
    return SparkTasks.run(placed(turns, withState), new Run(shared, exchange)).stream()
        .map(exchange::received)
        .toList();
  }

  private RDD<RoundTask> placed(List<WorkerTurn> turns, boolean withState) {
    List<Tuple2<RoundTask, List<String>>> placed = new ArrayList<>();
    for (WorkerTurn turn : turns) {
      List<String> places = turn.place().isEmpty() ? List.of() : List.of(turn.place());
      placed.add(new Tuple2<>(withState ? turn.withState() : turn.task(), places));
    }
    return SparkCalls.placed(spark.sc(), RoundTask.class, placed);
  }

  private record Run(Broadcast<RoundPhase> phase, RoundExchange exchange)
      implements Function<RoundTask, WorkerResult> {
    @Override
    public WorkerResult call(RoundTask task) {
      return exchange.sent(work(phase, exchange, task));
    }
  }

  /** In a task: a worker's part of a round. */
  static WorkerResult work(Broadcast<RoundPhase> phase, RoundExchange exchange, RoundTask task) {
    return new WorkerRound().run(phase.value(), task, exchange.start(), place());
  }

  private static String place() {
    SparkEnv env = SparkEnv.get();
    String executor = env.executorId();
    // A local master's executor is the driver itself: nothing to prefer.
    return executor.equals("driver")
        ? ""
        : "executor_" + env.blockManager().blockManagerId().host() + "_" + executor;
  }
}
