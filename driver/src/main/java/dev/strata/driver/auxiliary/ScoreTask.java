package dev.strata.driver.auxiliary;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.auxiliary.ScoreLearnerSpec;
import dev.strata.executor.auxiliary.SliceInspection;
import dev.strata.executor.auxiliary.SliceScoring;
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
 * Rows against corrupted copies of them, by a score.
 *
 * @param heldBackSeed of the bad copies that measuring makes
 */
record ScoreTask(TaskType kind, ScoreLearnerSpec spec, long heldBackSeed) implements AuxiliaryTask {
  static final String NOTHING_TO_CORRUPT = "nothing-to-corrupt";

  /** Part of the sums' bits, so not configurable. */
  private static final int ROWS_AT_ONCE = 256;

  @Override
  public String type() {
    return kind.text();
  }

  @Override
  public LearnerSpec learner() {
    return spec;
  }

  @Override
  public NetworkConfiguration network() {
    return spec.network();
  }

  @Override
  public Map<String, Long> inspect(JavaSparkContext spark, ShardSet training, int tasks) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), training);
    int slices = slices(manifest, tasks);
    SliceInspection inspection =
        new SliceInspection(
            spec.corruption(), spec.seed(), spec.objective().badPerGood(), training, slices);
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
    int slices = slices(ManifestFile.read(spark.hadoopConfiguration(), rows), tasks);
    return new ScoreEvaluator(spark)
        .measure(
            new SliceScoring(
                spec.network(),
                spec.objective(),
                spec.corruption(),
                heldBackSeed,
                rows,
                ROWS_AT_ONCE,
                slices),
            parameters);
  }

  private static int slices(ShardManifest manifest, int tasks) {
    return Math.max(1, Math.min(tasks, manifest.blocks().size()));
  }
}
