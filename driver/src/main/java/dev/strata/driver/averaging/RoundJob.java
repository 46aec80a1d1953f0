package dev.strata.driver.averaging;

import dev.strata.executor.round.RoundPhase;
import dev.strata.executor.round.RoundStart;
import dev.strata.executor.round.RoundTask;
import dev.strata.executor.round.WorkerResult;
import dev.strata.executor.round.WorkerRound;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** The Spark job of a round: one task a worker, placed where the worker's learner stays. */
final class RoundJob {
  private static final Logger LOG = LoggerFactory.getLogger(RoundJob.class);

  private final JavaSparkContext spark;

  RoundJob(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** Results in worker order. */
  record Collected(List<WorkerResult> results, double broadcastMillis, double jobMillis) {}

  Collected run(RoundPhase phase, RoundStart start, List<WorkerTurn> turns) {
    long begun = System.nanoTime();
    Broadcast<RoundStart> state = spark.broadcast(start);
    long handedOut = System.nanoTime();
    try {
      List<WorkerResult> results = new ArrayList<>(collect(phase, state, turns, false));
      List<WorkerTurn> again = new ArrayList<>();
      for (WorkerResult result : results) {
        if (result.stateMissing()) {
          turns.stream().filter(t -> t.task().worker() == result.worker()).forEach(again::add);
        }
      }
      if (!again.isEmpty()) {
        results.removeIf(WorkerResult::stateMissing);
        results.addAll(collect(phase, state, again, true));
        results.sort(Comparator.comparingInt(WorkerResult::worker));
      }
      return new Collected(
          results, (handedOut - begun) / 1e6, (System.nanoTime() - handedOut) / 1e6);
    } finally {
      state.destroy();
    }
  }

  /** Lets executors drop the learners of an attempt that has ended; those it misses go by age. */
  void release(String attempt, int workers) {
    if (spark.sc().isStopped()) {
      return;
    }
    List<Integer> slots = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      slots.add(i);
    }
    try {
      spark.parallelize(slots, workers).foreach(slot -> WorkerRound.release(attempt));
    } catch (RuntimeException e) {
      LOG.debug("learners of attempt {} stay until they are old", attempt, e);
    }
  }

  private List<WorkerResult> collect(
      RoundPhase phase, Broadcast<RoundStart> state, List<WorkerTurn> turns, boolean withState) {
    List<Tuple2<RoundTask, Seq<String>>> placed = new ArrayList<>();
    for (WorkerTurn turn : turns) {
      List<String> places = turn.place().isEmpty() ? List.of() : List.of(turn.place());
      placed.add(new Tuple2<>(withState ? turn.withState() : turn.task(), scalaSeq(places)));
    }
    ClassTag<RoundTask> tag = ClassTag$.MODULE$.apply(RoundTask.class);
    JavaRDD<RoundTask> tasks = new JavaRDD<>(spark.sc().makeRDD(scalaSeq(placed), tag), tag);
    return tasks.map(new Run(phase, state)).collect();
  }

  private static <T> Seq<T> scalaSeq(List<T> list) {
    return JavaConverters.asScalaBufferConverter(list).asScala().toSeq();
  }

  private record Run(RoundPhase phase, Broadcast<RoundStart> start)
      implements Function<RoundTask, WorkerResult> {
    @Override
    public WorkerResult call(RoundTask task) {
      return new WorkerRound().run(phase, task, start.value(), place());
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
