package dev.strata.executor.shard;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Wrote {@code frozen/v1/shardset} of the test resources, with version 1 of the format. What lies
 * there is never written again: a later format gets a folder and a generator of its own, and this
 * one's files must stay readable.
 */
final class FrozenShardSetGenerator {
  static final List<Integer> BLOCK_ROWS = List.of(3, 0, 2);

  static final List<ArraySpec> ARRAYS =
      List.of(
          TinyShards.scaled(TinyShards.input(0, ElementType.U8, 2, 3), List.of(0f), List.of(255f)),
          TinyShards.scaled(
              TinyShards.input(1, ElementType.F32, 2), List.of(0.5f, -1f), List.of(2f, 0.1f)),
          TinyShards.classes(0, 3),
          TinyShards.values(1, ElementType.F64, 2),
          TinyShards.array("weight-0", ArrayRole.WEIGHT, 0, ElementType.F32, 0),
          TinyShards.array("id-0", ArrayRole.ID, 0, ElementType.I32, 0));

  private FrozenShardSetGenerator() {}

  /**
   * @param arguments the folder to write
   */
  public static void main(String[] arguments) {
    write(new Path(arguments[0]));
  }

  static ShardSet write(Path folder) {
    Configuration configuration = new Configuration();
    // Without Hadoop's .crc files, which are no part of a ShardSet.
    configuration.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    ShardManifest blocks =
        TinyShards.blocks(
            configuration, folder, ARRAYS, BLOCK_ROWS, FrozenShardSetGenerator::stored);
    ShardManifest manifest =
        new ShardManifest(
            1,
            "train",
            blocks.rows(),
            ARRAYS,
            List.of(
                new ColumnSpec("image", "input-0", 0, 6, "image"),
                new ColumnSpec("age", "input-1", 0, 1, "numeric"),
                new ColumnSpec("member", "input-1", 1, 1, "boolean")),
            List.of("low", "middle", "high"),
            blocks.blocks(),
            Map.of("source", 7L, "used", 5L, "dropped-missing", 2L));
    return ManifestFile.write(configuration, folder, manifest);
  }

  /** Value on disk. */
  static double stored(int array, int block, int row, int element) {
    int number = 3 * block + row;
    return switch (array) {
      case 0 -> 250 - 7 * number - element;
      case 1 -> 0.1f * number - element;
      case 2 -> number % 3;
      case 3 -> Math.PI * (number + 1) - element;
      case 4 -> 1 + 0.5 * row;
      default -> -1_000_000 * number;
    };
  }
}
