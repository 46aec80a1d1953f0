package dev.strata.driver.activations;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.inference.BlockActivations;
import dev.strata.executor.json.Json;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Computes a frozen network's output for every row of a ShardSet once, as another ShardSet: one
 * task a block, same blocks and rows, input 0 replaced, labels, weights, ids and groups as they
 * were. What is trained on top of the network reads it instead of computing it in each epoch.
 */
public final class ActivationWriter {
  private static final String ORIGIN = "activations.json";

  private final JavaSparkContext spark;

  public ActivationWriter(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Writes the activations, manifest last, unless the folder has them already: of the same rows,
   * network, parameters and batch size.
   *
   * @param lower whose last layer's output is wanted
   * @param folder of the new ShardSet; whatever else it holds is removed
   * @param batch rows computed at once; bits may depend on it
   * @throws StrataException (data) where the rows are of another width than the network's input
   */
  public ShardSet write(
      NetworkConfiguration lower,
      StateVector parameters,
      ShardSet source,
      String folder,
      int batch) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), source);
    NetworkReport network = lower.describe();
    requireFitting(source, manifest, network);
    DerivedFolder target = new DerivedFolder(spark.hadoopConfiguration(), folder, ORIGIN);
    Fingerprint fingerprint = Fingerprint.of(source, lower, parameters, batch);
    Optional<ShardSet> there = target.open(fingerprint);
    if (there.isPresent()) {
      return there.get();
    }
    target.clear();
    int units = network.layers().get(network.layers().size() - 1).width();
    BlockActivations task = new BlockActivations(lower, source, target.path(), batch);
    List<BlockSpec> blocks = run(task, parameters, units, manifest.blocks().size());
    target.describe(fingerprint);
    return ManifestFile.write(
        spark.hadoopConfiguration(),
        target.folder(),
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            manifest.split(),
            manifest.rows(),
            BlockActivations.arrays(manifest, units),
            List.of(),
            manifest.classes(),
            blocks,
            manifest.counts()));
  }

  /**
   * Deletes activations that are no longer needed, manifest first, and has executors let go what
   * they have mapped of them; those it misses let it go when they open other blocks.
   */
  public void discard(ShardSet activations) {
    new DerivedFolder(spark.hadoopConfiguration(), activations.folder(), ORIGIN).clear();
    int slots = Math.max(1, spark.defaultParallelism());
    SparkTasks.run(
        spark,
        slots,
        slot -> {
          BlockStore.shared().forget(activations);
          return slot;
        });
  }

  private List<BlockSpec> run(
      BlockActivations task, StateVector parameters, int units, int blocks) {
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    if (blocks == 0) {
      return List.of();
    }
    Broadcast<StateVector> shared = spark.broadcast(parameters);
    try {
      return SparkTasks.run(
              spark,
              blocks,
              block -> Json.line(task.write(hadoop.value(), shared.value(), units, block)))
          .stream()
          .map(json -> Json.read(json, BlockSpec.class, "a written block"))
          .toList();
    } finally {
      shared.destroy();
    }
  }

  private static void requireFitting(
      ShardSet source, ShardManifest manifest, NetworkReport network) {
    if (manifest.count(ArrayRole.INPUT) != 1 || manifest.inputWidth(0) != network.inputWidth()) {
      throw StrataException.data("the rows do not match the network's input")
          .file(source.folder())
          .found(
              manifest.count(ArrayRole.INPUT) == 1
                  ? "rows of width " + manifest.inputWidth(0)
                  : manifest.count(ArrayRole.INPUT) + " inputs")
          .expected("one input of width " + network.inputWidth())
          .build();
    }
  }
}
