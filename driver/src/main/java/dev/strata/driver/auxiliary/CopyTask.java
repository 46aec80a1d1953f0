package dev.strata.driver.auxiliary;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.auxiliary.CopyLearnerSpec;
import dev.strata.executor.auxiliary.Objective;
import dev.strata.executor.auxiliary.SliceInspection;
import dev.strata.executor.auxiliary.SliceMeasuring;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Something that is learned of rows and corrupted copies of them.
 *
 * @param network the network to save: all of the learner's, or the lower part of it
 * @param rowsAtOnce most rows that are measured together
 * @param heldBackSeed of the copies that measuring makes
 */
record CopyTask(
    TaskType kind,
    CopyLearnerSpec spec,
    NetworkConfiguration network,
    int rowsAtOnce,
    long heldBackSeed)
    implements LearnedTask {
  static final String NOTHING_TO_CORRUPT = "nothing-to-corrupt";

  /** Part of the sums' bits, so not configurable. */
  static final int ROWS_AT_ONCE = 256;

  @Override
  public String type() {
    return kind.text();
  }

  @Override
  public LearnerSpec learner() {
    return spec;
  }

  @Override
  public StateVector parameters(StateVector trained) {
    return trained.part(0, network.parameterCount());
  }

  @Override
  public Map<String, Long> inspect(JavaSparkContext spark, ShardSet training, int tasks) {
    if (spec.objective().copies() == 0) {
      return Map.of();
    }
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), training);
    int slices = manifest.slices(tasks);
    SliceInspection inspection =
        new SliceInspection(
            spec.corruption(), spec.seed(), spec.objective().copies(), training, slices);
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    long skipped =
        SparkTasks.run(spark, slices, slice -> inspection.skipped(hadoop.value(), slice)).stream()
            .mapToLong(Long::longValue)
            .sum();
    if (skipped == manifest.rows() && skipped > 0) {
      throw StrataException.data("no training row can be corrupted with these settings")
          .key(AuxiliaryTasks.CORRUPTION)
          .file(training.folder())
          .found(skipped + " rows that no corruption can change")
          .expected("rows that the corruption can change, or another corruption")
          .build();
    }
    return Map.of(NOTHING_TO_CORRUPT, skipped);
  }

  @Override
  public Map<String, Double> measure(
      JavaSparkContext spark, ShardSet rows, StateVector parameters, int tasks) {
    int slices = ManifestFile.read(spark.hadoopConfiguration(), rows).slices(tasks);
    Objective measured = spec.objective().measured();
    return new CopyEvaluator(spark)
        .measure(
            new SliceMeasuring(
                spec.network(),
                measured,
                measured.copies() == 0 ? spec.corruption().none() : spec.corruption(),
                heldBackSeed,
                rows,
                rowsAtOnce,
                slices),
            parameters);
  }
}
