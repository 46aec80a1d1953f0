package dev.strata.driver.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.device.DeviceFallback;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests for GPUs that no task could use are refused before anything starts. */
class GpuRequestTest {
  private static final String TASK = "spark.task.resource.gpu.amount";
  private static final String EXECUTOR = "spark.executor.resource.gpu.amount";
  private static final String CLUSTER = "spark://host:7077";

  @ParameterizedTest
  @ValueSource(strings = {"local", "local[2]", "local[*]", "local[2,4]"})
  void aLocalMasterHasNone(String master) {
    StrataException problem = GpuRequest.problem(conf(TASK, "1"), master).orElseThrow();

    assertThat(problem.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(problem)
        .hasMessageContaining("a local master has no GPUs to give to tasks")
        .hasMessageContaining(TASK)
        .hasMessageContaining("master " + master);
    assertThat(GpuRequest.problem(conf(EXECUTOR, "2"), master)).isPresent();
    assertThat(GpuRequest.problem(new SparkConf(false), master)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1.0", "0.5", "0.25", "two"})
  void aTaskAsksForOneOrAPart(String amount) {
    assertThat(GpuRequest.problem(conf(TASK, amount).set(EXECUTOR, "2"), CLUSTER)).isEmpty();
  }

  @Test
  void notForSeveral() {
    assertThat(GpuRequest.problem(conf(TASK, "2").set(EXECUTOR, "2"), CLUSTER).orElseThrow())
        .hasMessageContaining("a task of Strata computes on one GPU")
        .hasMessageContaining("found: 2");
  }

  @Test
  void gpusThatNoTaskAsksForAreReported() {
    assertThat(GpuRequest.problem(conf(EXECUTOR, "2"), "yarn").orElseThrow())
        .hasMessageContaining("executors have GPUs, and no task asks for one")
        .hasMessageContaining(TASK);
  }

  /** Tasks read the choice where Spark carries it; without GPUs no job is run for it. */
  @Test
  void theChoiceTravelsWithJobs() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    try {
      GpuRequest.prepare(spark, DeviceFallback.CPU);
      assertThat(spark.getLocalProperty(DeviceFallback.PROPERTY)).isEqualTo("CPU");
      GpuRequest.prepare(spark, DeviceFallback.NONE);
      assertThat(spark.getLocalProperty(DeviceFallback.PROPERTY)).isEqualTo("NONE");
    } finally {
      spark.setLocalProperty(DeviceFallback.PROPERTY, null);
    }
  }

  private static SparkConf conf(String key, String value) {
    return new SparkConf(false).set(key, value);
  }
}
