package dev.strata.bench.auxiliary;

import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Rows of a ShardSet as numbers, in the order in which they are stored and counted. */
final class SentenceRows {
  private SentenceRows() {}

  static List<float[]> of(Configuration hadoop, ShardSet set) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    List<float[]> rows = new ArrayList<>();
    for (int b = 0; b < manifest.blocks().size(); b++) {
      if (manifest.blocks().get(b).rows() > 0) {
        Block block = BlockStore.shared().open(hadoop, set, manifest, b);
        for (int r = 0; r < block.rows(); r++) {
          float[] row = new float[manifest.inputWidth(0)];
          block.read(0, r, row, 0);
          rows.add(row);
        }
      }
    }
    return rows;
  }

  /** Ids up to the padding. */
  static int[] words(float[] row) {
    int length = row.length;
    while (length > 0 && row[length - 1] == 0) {
      length--;
    }
    int[] words = new int[length];
    for (int i = 0; i < length; i++) {
      words[i] = (int) row[i];
    }
    return words;
  }
}
