package dev.strata.bench;

import dev.strata.executor.preprocess.IdxFile;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockWriter;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.LoadScaling;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Images of an IDX file as unlabelled rows in [0, 1], stored as bytes like prepared images are. */
final class ImageShards {
  private static final int BLOCKS = 16;

  private ImageShards() {}

  static ShardSet of(Path idx, Path folder, int rows) throws IOException {
    return of(idx, folder, 0, rows);
  }

  /** The {@code rows} images from image {@code from} on, or as many as there are. */
  static ShardSet of(Path idx, Path folder, int from, int rows) throws IOException {
    Configuration hadoop = new Configuration();
    IdxFile file = IdxFile.open(hadoop, idx.toString());
    int count = Math.min(rows, file.rows() - from);
    List<ArraySpec> arrays =
        List.of(
            new ArraySpec(
                "input-0",
                ArrayRole.INPUT,
                0,
                ElementType.U8,
                List.of(file.rowBytes()),
                0,
                Optional.of(new LoadScaling(List.of(0f), List.of(255f)))));
    org.apache.hadoop.fs.Path to = new org.apache.hadoop.fs.Path(folder.toUri());
    Iterator<byte[]> images = file.read(hadoop, from, from + count);
    List<BlockSpec> blocks = new ArrayList<>();
    for (int b = 0; b < BLOCKS; b++) {
      int size = count / BLOCKS + (b < count % BLOCKS ? 1 : 0);
      BlockWriter writer = BlockWriter.create(to.getFileSystem(hadoop), to, b, size, arrays);
      for (int r = 0; r < size; r++) {
        writer.row(0).put(images.next());
        writer.endRow();
      }
      blocks.add(writer.close());
    }
    return ManifestFile.write(
        hadoop,
        to,
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "train",
            count,
            arrays,
            List.of(),
            List.of(),
            blocks,
            Map.of()));
  }
}
