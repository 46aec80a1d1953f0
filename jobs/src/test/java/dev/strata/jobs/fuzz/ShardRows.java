package dev.strata.jobs.fuzz;

import dev.strata.executor.shard.NpyReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rows that a command prepared, straight from the files. */
final class ShardRows {
  private ShardRows() {}

  /** The first {@code width} inputs of each row, sorted. */
  static List<List<Float>> of(Path output, int width) throws IOException {
    List<List<Float>> rows = new ArrayList<>();
    try (Stream<Path> files = Files.walk(output.resolve("shards/train"))) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().equals("input-0.npy")).toList()) {
        NpyReader array = NpyReader.read(ByteBuffer.wrap(Files.readAllBytes(file)), file);
        int length = array.header().rowShape().stream().reduce(1, (a, b) -> a * b);
        for (int row = 0; row < array.header().rows(); row++) {
          List<Float> values = new ArrayList<>();
          for (int i = 0; i < Math.min(width, length); i++) {
            values.add(value(array, row * length + i));
          }
          rows.add(values);
        }
      }
    }
    return sorted(rows);
  }

  private static float value(NpyReader array, int index) {
    return switch (array.header().type()) {
      case U8 -> array.data().get(index) & 0xFF;
      case F32 -> array.data().getFloat(4 * index);
      default -> throw new IllegalStateException("inputs of type " + array.header().type());
    };
  }

  static List<List<Float>> sorted(List<List<Float>> rows) {
    List<List<Float>> sorted = new ArrayList<>(rows);
    sorted.sort(
        (a, b) -> {
          for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            // Minus zero equals zero: it does not matter which of them a file means.
            int order = Float.compare(a.get(i) + 0f, b.get(i) + 0f);
            if (order != 0) {
              return order;
            }
          }
          return Integer.compare(a.size(), b.size());
        });
    return sorted.stream().map(row -> row.stream().map(v -> v + 0f).toList()).toList();
  }
}
