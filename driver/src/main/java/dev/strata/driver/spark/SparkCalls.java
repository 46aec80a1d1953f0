package dev.strata.driver.spark;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The calls of Spark and Scala whose signatures differ between the versions that Strata runs on;
 * nothing else in Strata makes such a call ({@code SparkReferencesIT}). Each is looked up once, by
 * name and parameters, when the first is made:
 *
 * <ul>
 *   <li>Scala 2.13 made {@code Seq} the immutable one, in parameters and results of Spark;
 *   <li>Spark 4 moved what is internal to SQL from {@code SparkSession} to a class of its own.
 * </ul>
 */
public final class SparkCalls {
  private static final MethodHandle PLACED = method(SparkContext.class, "makeRDD", 2);
  private static final MethodHandle STAGES = method(SparkListenerJobStart.class, "stageInfos", 0);

  private SparkCalls() {}

  /** Looked up where a session of SQL is at hand, whose class is Spark's affair. */
  private static final class OfSql {
    static final MethodHandle INTERNAL_FRAME = method(owner(), "internalCreateDataFrame", 3);

    private static Class<?> owner() {
      try {
        return Class.forName("org.apache.spark.sql.classic.SparkSession");
      } catch (ClassNotFoundException e) {
        return SparkSession.class;
      }
    }
  }

  /** Hadoop's configuration with the settings of the session, a new one. */
  public static Configuration hadoop(SparkSession spark) {
    SparkRelease.requireClassic(spark);
    return spark.sessionState().newHadoopConf();
  }

  /**
   * An RDD with a partition for each element.
   *
   * @param elements with the places where Spark should compute their partitions
   */
  @SuppressWarnings("unchecked") // Spark's method returns what its parameters say.
  public static <T> RDD<T> placed(
      SparkContext spark, Class<T> type, List<Tuple2<T, List<String>>> elements) {
    List<Tuple2<T, Seq<String>>> placed = new ArrayList<>();
    elements.forEach(element -> placed.add(new Tuple2<>(element._1(), seq(element._2()))));
    ClassTag<T> tag = ClassTag$.MODULE$.apply(type);
    return (RDD<T>) call(PLACED, spark, seq(placed), tag);
  }

  /** The stages of a job that starts. */
  @SuppressWarnings("unchecked") // Spark's method returns them.
  public static List<StageInfo> stages(SparkListenerJobStart job) {
    return JavaConverters.seqAsJavaList((Seq<StageInfo>) call(STAGES, job));
  }

  /** A DataFrame of rows in Spark's own form. */
  @SuppressWarnings("unchecked") // Spark's method returns it.
  public static Dataset<Row> frame(SparkSession spark, RDD<InternalRow> rows, StructType schema) {
    SparkRelease.requireClassic(spark);
    return (Dataset<Row>) call(OfSql.INTERNAL_FRAME, spark, rows, schema, false);
  }

  /** The numbers as the value of an array in a {@link Row}; a view. */
  public static Seq<Float> floats(float[] numbers) {
    return JavaConverters.asScalaBuffer(
        new AbstractList<Float>() {
          @Override
          public Float get(int index) {
            return numbers[index];
          }

          @Override
          public int size() {
            return numbers.length;
          }
        });
  }

  /** A list that is a {@code Seq} to Scala 2.12 and to 2.13, where that is an immutable one. */
  private static <T> Seq<T> seq(List<T> list) {
    return JavaConverters.asScalaBuffer(list).toList();
  }

  private static MethodHandle method(Class<?> owner, String name, int parameters) {
    try {
      for (Method method : owner.getMethods()) {
        if (method.getName().equals(name)
            && method.getParameterCount() == parameters
            && !method.isBridge()) {
          return MethodHandles.publicLookup()
              .unreflect(method)
              .asSpreader(Object[].class, parameters + 1);
        }
      }
    } catch (IllegalAccessException e) {
      throw new IllegalAccessError(e.getMessage());
    }
    throw new NoSuchMethodError(owner.getName() + "." + name);
  }

  private static Object call(MethodHandle method, Object... arguments) {
    try {
      return method.invoke(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw SparkExit.<RuntimeException>asItWasThrown(e);
    }
  }
}
