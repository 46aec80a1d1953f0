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
 */
record ComparisonData(
    List<ShardSet> sets, int[] classOfRow, int testRows, int inputs, int classes) {
  static final int TRAIN = 0;
  static final int TEST = 1;

  /**
   * @param folder with the shards of both parts
   */
  static ComparisonData open(Configuration hadoop, String folder) {
    ShardSet train = ManifestFile.open(hadoop, folder + "/train");
    ShardSet test = ManifestFile.open(hadoop, folder + "/test");
    ShardManifest manifest = ManifestFile.read(hadoop, train);
    int label = manifest.arrays().indexOf(manifest.array(ArrayRole.LABEL, 0).orElseThrow());
    int[] classes =
        IntStream.range(0, manifest.blocks().size())
            .mapToObj(b -> BlockStore.shared().open(hadoop, train, manifest, b))
            .flatMapToInt(block -> classes(block, label))
            .toArray();
    int testRows = Math.toIntExact(ManifestFile.read(hadoop, test).rows());
    return new ComparisonData(
        List.of(train, test), classes, testRows, manifest.inputWidth(0), manifest.classes().size());
  }

  private static IntStream classes(Block block, int label) {
    return IntStream.range(0, block.rows()).map(row -> block.classIndex(label, row));
  }
}
