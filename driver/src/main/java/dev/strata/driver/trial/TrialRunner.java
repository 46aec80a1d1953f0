package dev.strata.driver.trial;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialTask;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
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
  private static final Logger LOG = LoggerFactory.getLogger(TrialRunner.class);
  private static final int NEVER = Integer.MAX_VALUE;

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
    run(trials, false, taker);
  }

  /**
   * As {@link #run(List, BiConsumer)}, but a trial that fails of itself, as by a network that
   * cannot be trained, does not end the others: its result tells the failure, once Spark would not
   * try it again. What all trials need, rows and machines, still ends them.
   */
  public void runEach(List<Trial> trials, BiConsumer<Integer, TrialResult> taker) {
    run(trials, true, taker);
  }

  private void run(List<Trial> trials, boolean each, BiConsumer<Integer, TrialResult> taker) {
    if (trials.isEmpty()) {
      return;
    }
    RDD<Trial> tasks = spark.parallelize(trials, trials.size()).rdd();
    ClassTag<TrialResult> tag = ClassTag$.MODULE$.apply(TrialResult.class);
    Run run =
        new Run(
            sets,
            List.copyOf(starts),
            new SerializableConfiguration(spark.hadoopConfiguration()),
            each ? attempts() : NEVER);
    spark.sc().runJob(tasks, run, new Handover(taker), tag);
  }

  /** How often Spark runs a task before the job fails. */
  private int attempts() {
    return spark.isLocal() ? 1 : spark.getConf().getInt("spark.task.maxFailures", 4);
  }

  /** Takes the starts back from the executors. */
  @Override
  public void close() {
    starts.forEach(Broadcast::destroy);
    starts.clear();
  }

  /** On an executor. */
  private static final class Run
      extends AbstractFunction2<TaskContext, Iterator<Trial>, TrialResult> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final List<ShardSet> sets;
    private final List<Broadcast<StateVector>> starts;
    private final SerializableConfiguration hadoop;
    private final int attempts;

    /**
     * @param attempts number of attempts after which a failure is a result
     */
    Run(
        List<ShardSet> sets,
        List<Broadcast<StateVector>> starts,
        SerializableConfiguration hadoop,
        int attempts) {
      this.attempts = attempts;
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
      try {
        return new TrialTask(configuration, sets).run(trial, start);
      } catch (RuntimeException e) {
        if (context.attemptNumber() + 1 < attempts || context.isInterrupted() || !isOwn(e)) {
          throw e;
        }
        LOG.info("Trial {} failed in attempt {}", trial.name(), context.attemptNumber() + 1, e);
        return TrialResult.failed(trial.name(), e);
      }
    }

    /** Whether it is the trial's own, and not of the rows or the machine. */
    private static boolean isOwn(RuntimeException thrown) {
      for (Throwable t = thrown; t != null; t = t.getCause()) {
        if (t instanceof IOException
            || t instanceof InterruptedException
            || (t instanceof StrataException ours && ours.kind() != FailureKind.DIVERGED)) {
          return false;
        }
      }
      return true;
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
