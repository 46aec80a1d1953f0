package dev.strata.driver.split;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The rows of a ShardSet in parts of the same size, or one more row, each with every class's share
 * to within a row: cut as a part's rows are cut into blocks. Rows of a class come in the order in
 * which they are stored, which is that of their seeded hashes.
 */
public final class Folds {
  private final int[] foldOfRow;

  private Folds(int[] foldOfRow) {
    this.foldOfRow = foldOfRow;
  }

  /**
   * @param rows labelled; those with values count as one class
   * @param count 2 to the number of rows
   */
  public static Folds of(JavaSparkContext spark, ShardSet rows, int count) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), rows);
    if (count < 2 || count > manifest.rows()) {
      throw new IllegalArgumentException(count + " folds of " + manifest.rows() + " rows");
    }
    return of(classes(spark, rows, manifest), count);
  }

  /**
   * @param classOfRow in the order in which rows are stored
   */
  static Folds of(int[] classOfRow, int count) {
    long[] classRows = new long[IntStream.of(classOfRow).max().orElse(0) + 1];
    IntStream.of(classOfRow).forEach(label -> classRows[label]++);
    PartPlan plan = new PartPlan(classRows, classOfRow.length, count, 0);
    long[] ranks = new long[classRows.length];
    return new Folds(
        IntStream.of(classOfRow)
            .map(label -> plan.block(plan.position(label, ranks[label]++)))
            .toArray());
  }

  private static int[] classes(JavaSparkContext spark, ShardSet rows, ShardManifest manifest) {
    ArraySpec labels = manifest.array(ArrayRole.LABEL, 0).orElseThrow();
    if (!labels.holdsClasses()) {
      return new int[Math.toIntExact(manifest.rows())];
    }
    int position = manifest.arrays().indexOf(labels);
    int blocks = manifest.blocks().size();
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    return SparkTasks.run(spark, blocks, block -> classes(hadoop.value(), rows, block, position))
        .stream()
        .flatMapToInt(IntStream::of)
        .toArray();
  }

  private static int[] classes(Configuration hadoop, ShardSet rows, int index, int position) {
    ShardManifest manifest = ManifestFile.read(hadoop, rows);
    Block block = BlockStore.shared().open(hadoop, rows, manifest, index);
    return IntStream.range(0, block.rows()).map(row -> block.classIndex(position, row)).toArray();
  }

  /** Numbers of the rows of a fold. */
  public int[] heldOut(int fold) {
    return IntStream.range(0, foldOfRow.length).filter(row -> foldOfRow[row] == fold).toArray();
  }

  /** Numbers of the rows of all other folds. */
  public int[] others(int fold) {
    return IntStream.range(0, foldOfRow.length).filter(row -> foldOfRow[row] != fold).toArray();
  }
}
