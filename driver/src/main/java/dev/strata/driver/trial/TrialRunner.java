package dev.strata.driver.trial;

import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialTask;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Many small trainings side by side, one Spark task and one thread each: searches of
 * hyper-parameters, cross-validation, comparisons. A trial's scores do not depend on what runs
 * beside it.
 */
public final class TrialRunner implements AutoCloseable {
  private final JavaSparkContext spark;
  private final List<ShardSet> sets;
  private final List<Broadcast<StateVector>> starts = new ArrayList<>();

  /**
   * @param sets what trials' rows are of
   * @param starts what trials start from, handed out once each
   */
  public TrialRunner(JavaSparkContext spark, List<ShardSet> sets, List<StateVector> starts) {
    this.spark = spark;
    this.sets = List.copyOf(sets);
    starts.forEach(start -> this.starts.add(spark.broadcast(start)));
  }

  /** Results in the order of the trials. */
  public List<TrialResult> run(List<Trial> trials) {
    TrialResult[] results = new TrialResult[trials.size()];
    run(trials, (index, result) -> results[index] = result);
    return Arrays.asList(results);
  }

  /**
   * Hands over each result as it comes, one at a time.
   *
   * @param taker gets a trial's place in the list and its result
   */
  public void run(List<Trial> trials, BiConsumer<Integer, TrialResult> taker) {
    if (trials.isEmpty()) {
      return;
    }
    RDD<Trial> tasks = spark.parallelize(trials, trials.size()).rdd();
    Seq<Object> all = seq(IntStream.range(0, trials.size()).boxed().map(i -> (Object) i).toList());
    ClassTag<TrialResult> tag = ClassTag$.MODULE$.apply(TrialResult.class);
    Run run =
        new Run(
            sets, List.copyOf(starts), new SerializableConfiguration(spark.hadoopConfiguration()));
    spark.sc().runJob(tasks, run, all, new Handover(taker), tag);
  }

  /** Takes the starts back from the executors. */
  @Override
  public void close() {
    starts.forEach(Broadcast::destroy);
    starts.clear();
  }

  private static <T> Seq<T> seq(List<T> list) {
    return JavaConverters.asScalaBufferConverter(list).asScala().toSeq();
  }

  /** On an executor. */
  private static final class Run
      extends AbstractFunction2<TaskContext, Iterator<Trial>, TrialResult> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final List<ShardSet> sets;
    private final List<Broadcast<StateVector>> starts;
    private final SerializableConfiguration hadoop;

    Run(
        List<ShardSet> sets,
        List<Broadcast<StateVector>> starts,
        SerializableConfiguration hadoop) {
      this.sets = sets;
      this.starts = starts;
      this.hadoop = hadoop;
    }

    @Override
    public TrialResult apply(TaskContext context, Iterator<Trial> partition) {
      Trial trial = partition.next();
      StateVector start =
          trial.start() == Trial.FRESH ? StateVector.zeros(0) : starts.get(trial.start()).value();
      Configuration configuration = hadoop.value();
      return new TrialTask(configuration, sets).run(trial, start);
    }
  }

  /** On the driver; Spark calls it for one result after the other. */
  private static final class Handover extends AbstractFunction2<Object, TrialResult, BoxedUnit> {
    private final BiConsumer<Integer, TrialResult> taker;

    Handover(BiConsumer<Integer, TrialResult> taker) {
      this.taker = taker;
    }

    @Override
    public BoxedUnit apply(Object index, TrialResult result) {
      taker.accept((Integer) index, result);
      return BoxedUnit.UNIT;
    }
  }
}
