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
  private final Broadcast<RoundPhase> shared;

  /**
   * @param within whether all tasks run in this process
   */
  RoundJob(JavaSparkContext spark, RoundPhase phase, boolean within) {
    this.spark = spark;
    this.phase = phase;
    this.within = within;
    // Once a phase: Hadoop's configuration alone takes milliseconds to write and to read.
    this.shared = spark.broadcast(phase);
  }

  /** Results in worker order. */
  record Collected(
      List<WorkerResult> results, double broadcastMillis, double jobMillis, RoundTraffic traffic) {}

  Collected run(RoundStart start, List<WorkerTurn> turns) {
    long begun = System.nanoTime();
    try (RoundExchange exchange =
        within ? RoundExchange.within(start) : RoundExchange.broadcast(spark, start)) {
      long handedOut = System.nanoTime();
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
      return new Collected(
          results,
          (handedOut - begun) / 1e6,
          (System.nanoTime() - handedOut) / 1e6,
          within
              ? new RoundTraffic(0, 0, again.size())
              : new RoundTraffic(sent(start, again), received(results), again.size()));
    }
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
    List<Tuple2<RoundTask, List<String>>> placed = new ArrayList<>();
    for (WorkerTurn turn : turns) {
      List<String> places = turn.place().isEmpty() ? List.of() : List.of(turn.place());
      placed.add(new Tuple2<>(withState ? turn.withState() : turn.task(), places));
    }
    RDD<RoundTask> tasks = SparkCalls.placed(spark.sc(), RoundTask.class, placed);
    return SparkTasks.run(tasks, new Run(shared, exchange)).stream()
        .map(exchange::received)
        .toList();
  }

  private record Run(Broadcast<RoundPhase> phase, RoundExchange exchange)
      implements Function<RoundTask, WorkerResult> {
    @Override
    public WorkerResult call(RoundTask task) {
      return exchange.sent(new WorkerRound().run(phase.value(), task, exchange.start(), place()));
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
}
