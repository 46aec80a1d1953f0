package dev.strata.executor.shard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Small ShardSets for tests. */
final class TinyShards {
  static final Configuration CONFIGURATION = new Configuration();

  private TinyShards() {}

  /** Value of one element of one row of one array. */
  interface Values {
    double at(int array, int block, int row, int element);
  }

  static ArraySpec input(int index, ElementType type, Integer... rowShape) {
    return array("input-" + index, ArrayRole.INPUT, index, type, 0, rowShape);
  }

  static ArraySpec values(int index, ElementType type, Integer... rowShape) {
    return array("label-" + index, ArrayRole.LABEL, index, type, 0, rowShape);
  }

  static ArraySpec classes(int index, int classes) {
    return array("label-" + index, ArrayRole.LABEL, index, ElementType.I32, classes);
  }

  static ArraySpec array(
      String name, ArrayRole role, int index, ElementType type, int classes, Integer... shape) {
    return new ArraySpec(name, role, index, type, List.of(shape), classes, Optional.empty());
  }

  static ArraySpec scaled(ArraySpec array, List<Float> shift, List<Float> divisor) {
    return new ArraySpec(
        array.name(),
        array.role(),
        array.index(),
        array.type(),
        array.rowShape(),
        array.classes(),
        Optional.of(new LoadScaling(shift, divisor)));
  }

  static ShardSet write(
      Path folder, List<ArraySpec> arrays, List<Integer> blockRows, Values values) {
    return ManifestFile.write(
        CONFIGURATION, folder, blocks(CONFIGURATION, folder, arrays, blockRows, values));
  }

  /** Writes the blocks; the manifest remains to be written. */
  static ShardManifest blocks(
      Configuration configuration,
      Path folder,
      List<ArraySpec> arrays,
      List<Integer> blockRows,
      Values values) {
    List<BlockSpec> blocks = new ArrayList<>();
    for (int b = 0; b < blockRows.size(); b++) {
      blocks.add(block(configuration, folder, arrays, b, blockRows.get(b), values));
    }
    return manifest(arrays, blocks);
  }

  static BlockSpec block(
      Configuration configuration,
      Path folder,
      List<ArraySpec> arrays,
      int index,
      int rows,
      Values values) {
    try {
      BlockWriter writer =
          BlockWriter.create(folder.getFileSystem(configuration), folder, index, rows, arrays);
      for (int row = 0; row < rows; row++) {
        for (int a = 0; a < arrays.size(); a++) {
          for (int element = 0; element < arrays.get(a).rowLength(); element++) {
            put(writer.row(a), arrays.get(a).type(), values.at(a, index, row, element));
          }
        }
        writer.endRow();
      }
      return writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ShardManifest manifest(List<ArraySpec> arrays, List<BlockSpec> blocks) {
    long rows = blocks.stream().mapToLong(BlockSpec::rows).sum();
    return new ShardManifest(
        ShardManifest.FORMAT_VERSION,
        "train",
        rows,
        arrays,
        List.of(),
        List.of(),
        blocks,
        Map.of("source", rows, "used", rows));
  }

  /** A manifest of blocks without arrays and files, for orders. */
  static ShardManifest ofRows(int... blockRows) {
    List<BlockSpec> blocks =
        Arrays.stream(blockRows)
            .mapToObj(rows -> new BlockSpec(0, rows, Map.of()))
            .collect(Collectors.toList());
    return manifest(List.of(), blocks);
  }

  private static void put(ByteBuffer row, ElementType type, double value) {
    switch (type) {
      case U8 -> row.put((byte) (int) value);
      case I32 -> row.putInt((int) value);
      case F32 -> row.putFloat((float) value);
      case F64 -> row.putDouble(value);
    }
  }
}
