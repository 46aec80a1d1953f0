package dev.strata.driver.device;

import dev.strata.driver.file.SparkFailures;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.executor.device.DeviceFallback;
import dev.strata.executor.device.TaskDevice;
import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The GPUs that a Spark application asks for, by {@code spark.task.resource.gpu.amount} and {@code
 * spark.executor.resource.gpu.amount}. Its executors find them with a discovery script.
 */
public final class GpuRequest {
  private static final String TASK = amount("task");
  private static final String EXECUTOR = amount("executor");

  private GpuRequest() {}

  private static String amount(String of) {
    return "spark." + of + ".resource." + TaskDevice.RESOURCE + ".amount";
  }

  /**
   * What is wrong with the request as far as the settings show it.
   *
   * @param master that the application has or will have
   */
  public static Optional<StrataException> problem(SparkConf conf, String master) {
    Optional<String> asked = Stream.of(TASK, EXECUTOR).filter(conf::contains).findFirst();
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    // Spark ignores these settings there: its tasks would get no address.
    if (isLocal(master)) {
      return Optional.of(
          StrataException.configuration("a local master has no GPUs to give to tasks")
              .key(asked.get())
              .found("master " + master)
              .expected("a standalone, YARN or Kubernetes master, or a job that asks for no GPU")
              .build());
    }
    return conf.contains(TASK) ? taskAmount(conf.get(TASK)) : noTaskAmount(conf);
  }

  /** Of several, a task would use one. Spark itself reports what is no number. */
  private static Optional<StrataException> taskAmount(String amount) {
    boolean several = amount.matches("\\d+(\\.0*)?") && Double.parseDouble(amount) > 1;
    return several
        ? Optional.of(
            StrataException.configuration("a task of Strata computes on one GPU")
                .key(TASK)
                .found(amount)
                .expected("1, or a fraction for several tasks on one GPU")
                .build())
        : Optional.empty();
  }

  private static Optional<StrataException> noTaskAmount(SparkConf conf) {
    return Optional.of(
        StrataException.configuration("executors have GPUs, and no task asks for one")
            .key(EXECUTOR)
            .found(conf.get(EXECUTOR))
            .expected(TASK + " = 1, or a fraction for several tasks on one GPU")
            .build());
  }

  private static boolean isLocal(String master) {
    return master.equals("local") || master.startsWith("local[");
  }

  /**
   * Makes the choice known to the tasks of all jobs that this thread starts from now on, and has
   * one task look at its GPU.
   *
   * @throws StrataException (configuration) if ND4J cannot compute on it and the choice allows no
   *     CPU
   */
  public static void prepare(JavaSparkContext spark, DeviceFallback fallback) {
    TaskDevice.onDriver();
    boolean known = fallback.name().equals(spark.getLocalProperty(DeviceFallback.PROPERTY));
    spark.setLocalProperty(DeviceFallback.PROPERTY, fallback.name());
    if (!known && spark.getConf().contains(TASK)) {
      SparkFailures.unwrapped(() -> SparkTasks.run(spark, 1, slot -> TaskDevice.check()));
    }
  }
}
