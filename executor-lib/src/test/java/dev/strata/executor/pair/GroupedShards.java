package dev.strata.executor.pair;

import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockWriter;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Small ShardSets of rows of groups: element 0 of a row is its number, element 1 its group. */
final class GroupedShards {
  private GroupedShards() {}

  /**
   * @param blocks groups of the rows of each block
   */
  static ShardSet write(java.nio.file.Path folder, int[]... blocks) throws IOException {
    Path to = new Path(folder.toUri());
    Configuration hadoop = new Configuration();
    List<ArraySpec> arrays =
        List.of(
            array("input-0", ArrayRole.INPUT, ElementType.F32, List.of(2)),
            array("group", ArrayRole.GROUP, ElementType.I32, List.of()));
    List<BlockSpec> specs = new ArrayList<>();
    int number = 0;
    for (int b = 0; b < blocks.length; b++) {
      BlockWriter writer =
          BlockWriter.create(to.getFileSystem(hadoop), to, b, blocks[b].length, arrays);
      for (int group : blocks[b]) {
        writer.put(0, new float[] {number++, group});
        writer.row(1).putInt(group);
        writer.endRow();
      }
      specs.add(writer.close());
    }
    return ManifestFile.write(
        hadoop,
        to,
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "train",
            number,
            arrays,
            List.of(),
            List.of(),
            specs,
            Map.of("source", (long) number, "used", (long) number)));
  }

  private static ArraySpec array(
      String name, ArrayRole role, ElementType type, List<Integer> shape) {
    return new ArraySpec(name, role, 0, type, shape, 0, Optional.empty());
  }
}
