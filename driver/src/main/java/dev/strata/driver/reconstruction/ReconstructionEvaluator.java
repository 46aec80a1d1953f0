package dev.strata.driver.reconstruction;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.inference.SliceReconstruction;
import dev.strata.executor.inference.SliceReconstruction.BlockSums;
import dev.strata.executor.inference.SliceReconstruction.Measured;
import dev.strata.executor.json.Json;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Measures what an unsupervised learner makes of rows, on all executors at once: nothing corrupted,
 * nothing sampled. A function of parameters, rows and batch size: the number of tasks and their
 * order change no bit of it.
 */
public final class ReconstructionEvaluator {
  /** Sum of the squares of the inputs: what squared errors are relative to. */
  static final String SQUARED_INPUT = "squared-input";

  static final String SQUARED_ERROR = "squared-error";

  /** {@code ‖X − R‖ / ‖X‖} over all rows together. */
  static final String RELATIVE_ERROR = "relative-error";

  private final JavaSparkContext spark;

  public ReconstructionEvaluator(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Means over the rows of all of the learner's measures; and {@code relative-error} where the
   * learner gives squared errors and squared inputs.
   *
   * @param batchSize rows measured at once; bits may depend on it
   * @param tasks how many at once, at least 1: the number of workers
   * @throws StrataException (data) where the set has no rows
   */
  public Map<String, Double> measure(
      UnsupervisedSpec spec, StateVector parameters, ShardSet set, int batchSize, int tasks) {
    return measure(spec, parameters, set, batchSize, tasks, Long.MAX_VALUE);
  }

  /**
   * As above, of the first rows of the set only. Their order is that of a seeded hash, so that they
   * are a sample.
   *
   * @param rows how many, at most
   */
  public Map<String, Double> measure(
      UnsupervisedSpec spec,
      StateVector parameters,
      ShardSet set,
      int batchSize,
      int tasks,
      long rows) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), set);
    if (manifest.rows() == 0 || rows <= 0) {
      throw StrataException.data("the split to reconstruct has no rows")
          .file(set.folder())
          .found("0 rows of " + manifest.split())
          .expected("at least 1")
          .build();
    }
    int slices = manifest.slices(tasks);
    return means(
        run(new SliceReconstruction(spec, set, batchSize, rows, slices), parameters, slices));
  }

  private List<Measured> run(SliceReconstruction task, StateVector parameters, int slices) {
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    Broadcast<StateVector> shared = spark.broadcast(parameters);
    try {
      return SparkTasks.run(
              spark, slices, slice -> Json.line(task.run(hadoop.value(), shared.value(), slice)))
          .stream()
          .map(json -> Json.read(json, Measured.class, "measures of a task"))
          .toList();
    } finally {
      shared.destroy();
    }
  }

  private static Map<String, Double> means(List<Measured> tasks) {
    List<String> names = tasks.get(0).measures();
    List<BlockSums> blocks = new ArrayList<>();
    tasks.forEach(task -> blocks.addAll(task.blocks()));
    blocks.sort(Comparator.comparingInt(BlockSums::index));
    double[] sums = new double[names.size()];
    long rows = 0;
    for (BlockSums block : blocks) {
      rows += block.rows();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += block.sums().get(i);
      }
    }
    Map<String, Double> means = new TreeMap<>();
    for (int i = 0; i < sums.length; i++) {
      means.put(names.get(i), sums[i] / rows);
    }
    Double input = means.remove(SQUARED_INPUT);
    if (input != null && input > 0 && means.containsKey(SQUARED_ERROR)) {
      means.put(RELATIVE_ERROR, Math.sqrt(means.get(SQUARED_ERROR) / input));
    }
    return means;
  }
}
