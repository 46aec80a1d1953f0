package dev.strata.driver.preparation;

import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ShardManifest;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Reads prepared rows back, for tests. */
public final class PreparedRows {
  // Each of its own would read Hadoop's defaults anew.
  private static final Configuration HADOOP = new Configuration();

  private PreparedRows() {}

  /**
   * Features as a learner gets them; label index or -1; label value or NaN; weight or 1; group or
   * -1.
   */
  public record Stored(
      int block, List<Float> features, int label, float value, float weight, int group) {}

  public static List<Stored> of(PreparedData data, String part) {
    ShardManifest manifest = data.manifests().get(part);
    List<Stored> rows = new ArrayList<>();
    for (int b = 0; b < manifest.blocks().size(); b++) {
      Block block = BlockStore.shared().open(HADOOP, data.shards().get(part), manifest, b);
      for (int r = 0; r < block.rows(); r++) {
        rows.add(row(manifest, block, b, r));
      }
    }
    return rows;
  }

  private static Stored row(ShardManifest manifest, Block block, int index, int row) {
    List<Float> features = new ArrayList<>();
    int label = -1;
    float value = Float.NaN;
    float weight = 1;
    int group = -1;
    for (int a = 0; a < manifest.arrays().size(); a++) {
      ArraySpec array = manifest.arrays().get(a);
      if (array.role() == ArrayRole.LABEL && array.classes() > 0) {
        label = block.classIndex(a, row);
        continue;
      }
      float[] values = new float[array.rowLength()];
      block.read(a, row, values, 0);
      switch (array.role()) {
        case INPUT -> {
          for (float v : values) {
            features.add(v);
          }
        }
        case LABEL -> value = values[0];
        case GROUP -> group = (int) values[0];
        default -> weight = values[0];
      }
    }
    return new Stored(index, features, label, value, weight, group);
  }
}
