package dev.strata.bench.labels;

import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * The prepared rows.
 *
 * @param sets {@link #TRAIN} and {@link #TEST}
 * @param classOfRow of the training rows
 * @param testRows number of test rows
 * @param asInData whether labels are drawn with the shares that the classes have in the data, or
 *     the same number of each class
 */
public record ComparisonData(
    List<ShardSet> sets,
    int[] classOfRow,
    int testRows,
    int inputs,
    int classes,
    boolean asInData) {
  static final int TRAIN = 0;
  static final int TEST = 1;

  /**
   * @param folder with the shards of both parts
   */
  public static ComparisonData open(Configuration hadoop, String folder) {
    ShardSet train = ManifestFile.open(hadoop, folder + "/train");
    ShardSet test = ManifestFile.open(hadoop, folder + "/test");
    ShardManifest manifest = ManifestFile.read(hadoop, train);
    int[] classes = classes(hadoop, train);
    int testRows = Math.toIntExact(ManifestFile.read(hadoop, test).rows());
    return new ComparisonData(
        List.of(train, test),
        classes,
        testRows,
        manifest.inputWidth(0),
        manifest.classes().size(),
        false);
  }

  /** The same, labels drawn with the shares that the classes have in the data. */
  public ComparisonData drawnAsInData() {
    return new ComparisonData(sets, classOfRow, testRows, inputs, classes, true);
  }

  LabelDraw draw(LabelCount count, long seed) {
    return asInData
        ? LabelDraw.asInData(classOfRow, count.labels(), count.folds(), seed)
        : LabelDraw.of(classOfRow, count.labels(), count.folds(), seed);
  }

  /** Classes of the test rows. */
  int[] testClasses(Configuration hadoop) {
    return classes(hadoop, sets.get(TEST));
  }

  private static int[] classes(Configuration hadoop, ShardSet set) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    int label = manifest.arrays().indexOf(manifest.array(ArrayRole.LABEL, 0).orElseThrow());
    return IntStream.range(0, manifest.blocks().size())
        .mapToObj(b -> BlockStore.shared().open(hadoop, set, manifest, b))
        .flatMapToInt(block -> classes(block, label))
        .toArray();
  }

  private static IntStream classes(Block block, int label) {
    return IntStream.range(0, block.rows()).map(row -> block.classIndex(label, row));
  }
}
