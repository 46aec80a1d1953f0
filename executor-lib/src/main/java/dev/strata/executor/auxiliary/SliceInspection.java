package dev.strata.executor.auxiliary;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Counts the rows that bad copies cannot be made of in the blocks i ≡ slice mod slices of a
 * ShardSet, by making those of the first epoch.
 *
 * @param seed of the bad copies
 * @param copies of each row
 * @param slices tasks in all
 */
public record SliceInspection(
    CorruptionPlan corruption, long seed, int copies, ShardSet set, int slices)
    implements Serializable {
  private static final int ROWS_AT_ONCE = 256;

  public long skipped(Configuration hadoop, int slice) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    CorruptedGroups groups = new CorruptedGroups(corruption, seed, copies);
    long skipped = 0;
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      for (int block = slice; block < manifest.blocks().size(); block += slices) {
        EpochOrder order = EpochOrder.sequential(manifest, block);
        for (int from = 0; from < order.rows(); from += ROWS_AT_ONCE) {
          int rows = Math.min(ROWS_AT_ONCE, order.rows() - from);
          skipped += groups.of(reader.read(order, from, rows), 0).skipped();
        }
      }
    }
    return skipped;
  }
}
