package dev.strata.driver.averaging;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.round.RoundPhase;
import dev.strata.executor.round.RoundTask;
import dev.strata.executor.round.SlicePart;
import dev.strata.executor.round.StateSlices;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerResult;
import dev.strata.executor.round.WorkerResultBuilder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;

/**
 * Averages the workers' states on the executors: every worker cuts its state into slices, a task
 * for each slice gets that of all workers and sums in float64 in worker order, and the driver
 * receives the mean once, however many workers there are. The bytes are those of {@link
 * WeightedAverage} over whole states.
 *
 * <p>A worker whose own state is missing says so in every slice, so that no mean is ever made of
 * some of the workers, whichever tasks Spark repeats after a loss.
 */
final class SlicedReduction {
  private final Plan plan;

  SlicedReduction(ParameterLayout layout, int workers) {
    this.plan =
        new Plan(
            StateSlices.of(layout.parameters(), layout.optimizerState(), workers),
            layout.statistics());
  }

  /**
   * @param parameters weighted by rows; statistics pooled
   * @param optimizerState weighted by rows; empty where each worker keeps its own
   */
  record Mean(StateVector parameters, StateVector optimizerState) {}

  /**
   * @param results in worker order, without parameters and averaged optimizer state
   */
  record Reduced(List<WorkerResult> results, Mean mean) {}

  /**
   * What tasks must know.
   *
   * @param statistics segments that are pooled
   */
  private record Plan(StateSlices slices, List<PooledStatistics> statistics)
      implements Serializable {
    /** Number of the partition that pools the statistics. */
    int pool() {
      return slices.count();
    }

    /** Number of the partition with what is left of the results. */
    int rest() {
      return slices.count() + 1;
    }

    long pooledLength() {
      return statistics.stream().mapToLong(s -> 2L * s.length()).sum();
    }

    /** The statistics alone, one segment after the other. */
    StateVector gather(StateVector parameters) {
      StateVector pooled = StateVector.zeros(pooledLength());
      long at = 0;
      for (PooledStatistics segment : statistics) {
        for (int i = 0; i < segment.length(); i++) {
          pooled.set(at + i, parameters.get(segment.mean() + i));
          pooled.set(at + segment.length() + i, parameters.get(segment.variance() + i));
        }
        at += 2L * segment.length();
      }
      return pooled;
    }

    void scatter(StateVector pooled, StateVector parameters) {
      long at = 0;
      for (PooledStatistics segment : statistics) {
        for (int i = 0; i < segment.length(); i++) {
          parameters.set(segment.mean() + i, pooled.get(at + i));
          parameters.set(segment.variance() + i, pooled.get(at + segment.length() + i));
        }
        at += 2L * segment.length();
      }
    }

    /** Where the segments are in what {@link #gather} gives. */
    List<PooledStatistics> gathered() {
      List<PooledStatistics> found = new ArrayList<>();
      long at = 0;
      for (PooledStatistics s : statistics) {
        found.add(new PooledStatistics(at, at + s.length(), s.length(), s.log10Deviation()));
        at += 2L * s.length();
      }
      return found;
    }
  }

  /**
   * One round.
   *
   * @param tasks one for each worker that takes part, in worker order
   * @return empty where a worker's own state was neither resident nor sent along
   */
  Optional<Reduced> run(Broadcast<RoundPhase> phase, RoundExchange exchange, RDD<RoundTask> tasks) {
    int contributors = tasks.getNumPartitions();
    JavaRDD<Object> reduced =
        tasks
            .toJavaRDD()
            .flatMapToPair(new Cut(phase, exchange, plan))
            .partitionBy(new ByNumber(plan.rest() + 1))
            .mapPartitionsWithIndex(new Sum(plan, contributors), true);
    try {
      return assembled(SparkTasks.collect(reduced));
    } finally {
      // Its files would stay until the driver's garbage collector finds the RDD.
      reduced.rdd().cleanShuffleDependencies(false);
    }
  }

  private Optional<Reduced> assembled(List<Object> partitions) {
    List<StateVector> means = new ArrayList<>();
    List<WorkerResult> results = new ArrayList<>();
    for (Object found : partitions) {
      if (found instanceof StateVector mean) {
        means.add(mean);
      } else {
        results.add((WorkerResult) found);
      }
    }
    if (means.size() < plan.pool() + 1 || results.stream().anyMatch(WorkerResult::stateMissing)) {
      return Optional.empty();
    }
    StateVector parameters = plan.slices.parameters(means);
    plan.scatter(means.get(plan.pool()), parameters);
    results.sort(Comparator.comparingInt(WorkerResult::worker));
    return Optional.of(
        new Reduced(results, new Mean(parameters, plan.slices.optimizerState(means))));
  }

  /** A worker's part of the round, cut. */
  private record Cut(Broadcast<RoundPhase> phase, RoundExchange exchange, Plan plan)
      implements PairFlatMapFunction<RoundTask, Integer, Object> {
    @Override
    public Iterator<Tuple2<Integer, Object>> call(RoundTask task) {
      WorkerResult result = RoundJob.work(phase, exchange, task);
      // One after the other, as Spark writes them: a second copy of the state never exists.
      return IntStream.rangeClosed(0, plan.rest())
          .mapToObj(number -> new Tuple2<Integer, Object>(number, part(result, number)))
          .iterator();
    }

    private Object part(WorkerResult result, int number) {
      if (number == plan.rest()) {
        return WorkerResultBuilder.builder(result)
            .parameters(StateVector.zeros(0))
            .optimizerState(StateVector.zeros(0))
            .build();
      }
      StateVector values =
          result.stateMissing()
              ? StateVector.zeros(0)
              : number == plan.pool()
                  ? plan.gather(result.parameters())
                  : plan.slices.cut(number, result.parameters(), result.optimizerState());
      return new SlicePart(result.worker(), result.stateMissing(), result.rows(), values);
    }
  }

  /** The mean of a slice of all workers; of the last partition, what is in it. */
  private record Sum(Plan plan, int contributors)
      implements Function2<Integer, Iterator<Tuple2<Integer, Object>>, Iterator<Object>> {
    @Override
    public Iterator<Object> call(Integer number, Iterator<Tuple2<Integer, Object>> found) {
      List<Object> rest = new ArrayList<>();
      List<SlicePart> parts = new ArrayList<>();
      found.forEachRemaining(
          pair -> {
            if (pair._2() instanceof SlicePart part) {
              parts.add(part);
            } else {
              rest.add(pair._2());
            }
          });
      if (number == plan.rest()) {
        return rest.iterator();
      }
      if (parts.size() != contributors) {
        throw new IllegalStateException(
            "slice " + number + " of " + parts.size() + " workers, not " + contributors);
      }
      return parts.stream().anyMatch(SlicePart::stateMissing)
          ? List.of().iterator()
          : List.<Object>of(mean(number, parts)).iterator();
    }

    private StateVector mean(int number, List<SlicePart> parts) {
      parts.sort(Comparator.comparingInt(SlicePart::worker));
      List<StateVector> values = parts.stream().map(SlicePart::values).toList();
      long[] rows = parts.stream().mapToLong(SlicePart::rows).toArray();
      StateVector mean = WeightedAverage.of(values, rows);
      if (number == plan.pool()) {
        WeightedAverage.pool(mean, values, rows, plan.gathered());
      }
      return mean;
    }
  }

  /** Keys are the partitions' numbers. */
  private static final class ByNumber extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int count;

    ByNumber(int count) {
      this.count = count;
    }

    @Override
    public int numPartitions() {
      return count;
    }

    @Override
    public int getPartition(Object key) {
      return (Integer) key;
    }
  }
}
