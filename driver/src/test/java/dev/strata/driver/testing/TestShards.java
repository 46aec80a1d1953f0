package dev.strata.driver.testing;

import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockWriter;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** Small labelled ShardSets: clusters of points, one a class, that a network can learn. */
public final class TestShards {
  private TestShards() {}

  /**
   * @param rowsOfBlocks one block each; 0 is an empty block
   * @param weighted whether rows have weights between 0.5 and 1.5
   */
  public static ShardSet clusters(
      Path folder, long seed, int width, int classes, boolean weighted, int... rowsOfBlocks) {
    List<ArraySpec> arrays = new ArrayList<>();
    arrays.add(array("input-0", ArrayRole.INPUT, ElementType.F32, List.of(width), 0));
    arrays.add(array("label-0", ArrayRole.LABEL, ElementType.I32, List.of(), classes));
    if (weighted) {
      arrays.add(array("weight", ArrayRole.WEIGHT, ElementType.F32, List.of(), 0));
    }
    Configuration hadoop = new Configuration();
    org.apache.hadoop.fs.Path to = new org.apache.hadoop.fs.Path(folder.toUri());
    SplittableRandom random = new SplittableRandom(seed);
    List<BlockSpec> blocks = new ArrayList<>();
    try {
      for (int b = 0; b < rowsOfBlocks.length; b++) {
        BlockWriter writer =
            BlockWriter.create(to.getFileSystem(hadoop), to, b, rowsOfBlocks[b], arrays);
        for (int r = 0; r < rowsOfBlocks[b]; r++) {
          int label = random.nextInt(classes);
          float[] row = new float[width];
          for (int i = 0; i < width; i++) {
            row[i] = (float) ((i % classes == label ? 1 : 0) + random.nextDouble(-0.8, 0.8));
          }
          writer.put(0, row);
          writer.row(1).putInt(label);
          if (weighted) {
            writer.row(2).putFloat((float) random.nextDouble(0.5, 1.5));
          }
          writer.endRow();
        }
        blocks.add(writer.close());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long rows = IntStream.of(rowsOfBlocks).sum();
    List<String> names = IntStream.range(0, classes).mapToObj(c -> "class-" + c).toList();
    return ManifestFile.write(
        hadoop,
        to,
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "train",
            rows,
            arrays,
            List.of(),
            names,
            blocks,
            Map.of("source", rows, "used", rows)));
  }

  /**
   * Unlabelled rows of values in [0, 1] that lie around a line of patterns: something to compress.
   *
   * @param rowsOfBlocks one block each; 0 is an empty block
   */
  public static ShardSet patterns(Path folder, long seed, int width, int... rowsOfBlocks) {
    List<ArraySpec> arrays =
        List.of(array("input-0", ArrayRole.INPUT, ElementType.F32, List.of(width), 0));
    Configuration hadoop = new Configuration();
    org.apache.hadoop.fs.Path to = new org.apache.hadoop.fs.Path(folder.toUri());
    SplittableRandom random = new SplittableRandom(seed);
    List<BlockSpec> blocks = new ArrayList<>();
    try {
      for (int b = 0; b < rowsOfBlocks.length; b++) {
        BlockWriter writer =
            BlockWriter.create(to.getFileSystem(hadoop), to, b, rowsOfBlocks[b], arrays);
        for (int r = 0; r < rowsOfBlocks[b]; r++) {
          double phase = random.nextDouble(2 * Math.PI);
          float[] row = new float[width];
          for (int i = 0; i < width; i++) {
            row[i] = (float) (0.5 + 0.4 * Math.sin(phase + i) + random.nextDouble(-0.1, 0.1));
          }
          writer.put(0, row);
          writer.endRow();
        }
        blocks.add(writer.close());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long rows = IntStream.of(rowsOfBlocks).sum();
    return ManifestFile.write(
        hadoop,
        to,
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "train",
            rows,
            arrays,
            List.of(),
            List.of(),
            blocks,
            Map.of("source", rows, "used", rows)));
  }

  /**
   * Rows of groups, each around a point of its own and side by side as preparation has them.
   *
   * @param rowsOfGroup of each group
   * @param groupsOfBlocks whole groups of each block
   */
  public static ShardSet groups(
      Path folder, long seed, int width, int rowsOfGroup, int... groupsOfBlocks) {
    List<ArraySpec> arrays =
        List.of(
            array("input-0", ArrayRole.INPUT, ElementType.F32, List.of(width), 0),
            array("group", ArrayRole.GROUP, ElementType.I32, List.of(), 0));
    Configuration hadoop = new Configuration();
    org.apache.hadoop.fs.Path to = new org.apache.hadoop.fs.Path(folder.toUri());
    SplittableRandom random = new SplittableRandom(seed);
    List<BlockSpec> blocks = new ArrayList<>();
    int group = 0;
    try {
      for (int b = 0; b < groupsOfBlocks.length; b++) {
        int rows = groupsOfBlocks[b] * rowsOfGroup;
        BlockWriter writer = BlockWriter.create(to.getFileSystem(hadoop), to, b, rows, arrays);
        for (int last = group + groupsOfBlocks[b]; group < last; group++) {
          double[] middle = random.doubles(width, -1, 1).toArray();
          for (int r = 0; r < rowsOfGroup; r++) {
            float[] row = new float[width];
            for (int i = 0; i < width; i++) {
              row[i] = (float) (middle[i] + random.nextDouble(-0.5, 0.5));
            }
            writer.put(0, row);
            writer.row(1).putInt(group);
            writer.endRow();
          }
        }
        blocks.add(writer.close());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long rows = (long) group * rowsOfGroup;
    return ManifestFile.write(
        hadoop,
        to,
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "train",
            rows,
            arrays,
            List.of(),
            List.of(),
            blocks,
            Map.of("source", rows, "used", rows)));
  }

  private static ArraySpec array(
      String name, ArrayRole role, ElementType type, List<Integer> shape, int classes) {
    return new ArraySpec(name, role, 0, type, shape, classes, Optional.empty());
  }
}
