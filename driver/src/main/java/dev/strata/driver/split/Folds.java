package dev.strata.driver.split;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.random.RandomStream;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The rows of a ShardSet in parts of the same size, or one more row, each with every class's share
 * to within a row: cut as a part's rows are cut into blocks. Rows of a class come in the order in
 * which they are stored, which is that of their seeded hashes; a repeat puts them in another order.
 */
public final class Folds {
  private final int[] foldOfRow;
  private final int count;

  private Folds(int[] foldOfRow, int count) {
    this.foldOfRow = foldOfRow;
    this.count = count;
  }

  /**
   * @param rows labelled; those with values count as one class
   * @param count 2 to the number of rows
   * @param repeat from 0: each cuts the rows in another way
   */
  public static Folds of(JavaSparkContext spark, ShardSet rows, int count, int repeat) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), rows);
    if (count < 2 || count > manifest.rows()) {
      throw new IllegalArgumentException(count + " folds of " + manifest.rows() + " rows");
    }
    return of(classes(spark, rows, manifest), count, repeat);
  }

  /**
   * @param classOfRow in the order in which rows are stored
   */
  static Folds of(int[] classOfRow, int count, int repeat) {
    long[] classRows = new long[IntStream.of(classOfRow).max().orElse(0) + 1];
    IntStream.of(classOfRow).forEach(label -> classRows[label]++);
    PartPlan plan = new PartPlan(classRows, classOfRow.length, count, 0);
    long[] ranks = new long[classRows.length];
    int[] folds = new int[classOfRow.length];
    for (int row : order(classOfRow.length, repeat)) {
      int label = classOfRow[row];
      folds[row] = plan.block(plan.position(label, ranks[label]++));
    }
    return new Folds(folds, count);
  }

  /** Of the rows as they are stored, or by a hash of the row's number and the repeat. */
  private static int[] order(int rows, int repeat) {
    if (repeat == 0) {
      return IntStream.range(0, rows).toArray();
    }
    return IntStream.range(0, rows)
        .boxed()
        .sorted(Comparator.comparingLong(row -> RandomStream.of(repeat, row, 0).bits()))
        .mapToInt(row -> row)
        .toArray();
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
    return following(fold, count - 1);
  }

  /**
   * Numbers of the rows of the folds that follow one; after the last comes the first.
   *
   * @param folds how many, from 1 to all others
   */
  public int[] following(int fold, int folds) {
    return IntStream.range(0, foldOfRow.length)
        .filter(row -> isWithin(foldOfRow[row], fold, folds))
        .toArray();
  }

  private boolean isWithin(int one, int fold, int folds) {
    int behind = Math.floorMod(one - fold, count);
    return behind > 0 && behind <= folds;
  }
}
