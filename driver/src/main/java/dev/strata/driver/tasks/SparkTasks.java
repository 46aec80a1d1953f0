package dev.strata.driver.tasks;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.rdd.RDD;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Jobs that call a function for each element and bring the results back.
 *
 * <p>{@code rdd.map(f).collect()} does the same and is slower: Spark parses the class files of RDD,
 * SparkContext and JavaPairRDD in every such job, to look for {@code return} in Scala's closures
 * (org.apache.spark.util.ClosureCleaner). What is passed here is no closure of Scala's. It matters
 * where jobs take milliseconds, as the rounds of a small network do.
 */
public final class SparkTasks {
  private SparkTasks() {}

  /** Calls a function with 0 to {@code count} - 1, each in a task of its own; results in order. */
  public static <R> List<R> run(JavaSparkContext spark, int count, Function<Integer, R> function) {
    List<Integer> numbers = IntStream.range(0, count).boxed().toList();
    // Spark allows no RDD without partitions here.
    return run(spark.parallelize(numbers, Math.max(1, count)).rdd(), function);
  }

  /** Calls a function with each element, a task for each partition; results in order. */
  public static <T, R> List<R> run(RDD<T> elements, Function<T, R> function) {
    Object[][] results = new Object[elements.getNumPartitions()][];
    Function2<Object, Object[], BoxedUnit> keep = new Keeping(results);
    ClassTag<Object[]> tag = ClassTag$.MODULE$.apply(Object[].class);
    elements.sparkContext().runJob(elements, new Calling<>(function), keep, tag);
    List<R> all = new ArrayList<>();
    for (Object[] partition : results) {
      for (Object result : partition) {
        @SuppressWarnings("unchecked") // A Calling has made it.
        R typed = (R) result;
        all.add(typed);
      }
    }
    return all;
  }

  /** {@code elements.collect()}, without a look at closures that Spark itself has made. */
  public static <T> List<T> collect(JavaRDD<T> elements) {
    return run(elements.rdd(), element -> element);
  }

  /** On an executor: all elements of a partition. */
  private static final class Calling<T, R>
      extends AbstractFunction2<TaskContext, Iterator<T>, Object[]> implements Serializable {
    private static final long serialVersionUID = 1;

    private final Function<T, R> function;

    Calling(Function<T, R> function) {
      this.function = function;
    }

    @Override
    public Object[] apply(TaskContext context, Iterator<T> elements) {
      List<Object> results = new ArrayList<>();
      while (elements.hasNext()) {
        try {
          results.add(function.call(elements.next()));
        } catch (Exception e) {
          throw unchecked(e);
        }
      }
      return results.toArray();
    }

    /** As it was thrown: Scala, which calls this, knows no checked exceptions. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> RuntimeException unchecked(Exception e) throws E {
      throw (E) e;
    }
  }

  /** On the driver: what a partition has given. */
  private static final class Keeping extends AbstractFunction2<Object, Object[], BoxedUnit> {
    private final Object[][] results;

    Keeping(Object[][] results) {
      this.results = results;
    }

    @Override
    public BoxedUnit apply(Object partition, Object[] found) {
      results[(Integer) partition] = found;
      return BoxedUnit.UNIT;
    }
  }
}
