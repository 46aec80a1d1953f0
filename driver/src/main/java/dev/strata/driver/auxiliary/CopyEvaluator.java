package dev.strata.driver.auxiliary;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.auxiliary.BlockSums;
import dev.strata.executor.auxiliary.SliceMeasuring;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.round.StateVector;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Measures an objective on rows and corrupted copies of them, on all executors at once. Sums are
 * added in block order, so that the number of tasks and their order change no bit.
 */
final class CopyEvaluator {
  private final JavaSparkContext spark;

  CopyEvaluator(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** What came of one slice, as a task sends it. */
  record Measured(List<BlockSums> blocks) {}

  /**
   * @param parameters of the whole network that is measured
   * @throws StrataException (data) where there is no row that can be corrupted
   */
  Map<String, Double> measure(SliceMeasuring measuring, StateVector parameters) {
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    Broadcast<StateVector> shared = spark.broadcast(parameters);
    try {
      List<BlockSums> blocks =
          SparkTasks.run(
                  spark,
                  measuring.slices(),
                  slice ->
                      Json.line(new Measured(measuring.run(hadoop.value(), shared.value(), slice))))
              .stream()
              .flatMap(
                  json -> Json.read(json, Measured.class, "measures of a task").blocks().stream())
              .sorted(Comparator.comparingInt(BlockSums::index))
              .toList();
      if (BlockSums.rows(blocks) == 0) {
        throw StrataException.data("no row can be corrupted with these settings")
            .key(AuxiliaryTasks.CORRUPTION)
            .file(measuring.set().folder())
            .found("0 rows")
            .expected("at least 1")
            .build();
      }
      return BlockSums.metrics(measuring.objective(), blocks);
    } finally {
      shared.destroy();
    }
  }
}
