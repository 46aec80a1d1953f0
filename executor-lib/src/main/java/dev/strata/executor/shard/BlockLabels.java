package dev.strata.executor.shard;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Copies blocks of a ShardSet with other labels: a row's label becomes what a function makes of the
 * row, everything else stays as it was, byte for byte. The same function gives the same bytes at
 * each attempt.
 *
 * @param folder of the new ShardSet
 * @param width numbers of a new label
 */
public record BlockLabels(ShardSet source, String folder, int width, RowLabels labels)
    implements Serializable {
  private static final String LABEL = "label-0";

  /** Gives each row its label. Used by one thread at a time in each task. */
  public interface RowLabels extends Serializable {
    /**
     * @param input the row as networks take it
     * @param label as it is stored, a class as its index; empty where rows have none
     * @return the new label
     * @throws dev.strata.executor.failure.StrataException (data) where the row cannot be labelled
     */
    float[] of(float[] input, double[] label);
  }

  /** Arrays of the new ShardSet: those of the source without labels, then the new label. */
  public static List<ArraySpec> arrays(ShardManifest source, int width) {
    List<ArraySpec> arrays = new ArrayList<>();
    for (ArraySpec array : source.arrays()) {
      if (array.role() != ArrayRole.LABEL) {
        arrays.add(array);
      }
    }
    arrays.add(
        new ArraySpec(
            LABEL, ArrayRole.LABEL, 0, ElementType.F32, List.of(width), 0, Optional.empty()));
    return arrays;
  }

  /** Writes one block. */
  public BlockSpec write(Configuration hadoop, int index) {
    ShardManifest manifest = ManifestFile.read(hadoop, source);
    Block block = BlockStore.shared().open(hadoop, source, manifest, index);
    return BlockWriter.write(
        hadoop,
        new Path(folder),
        index,
        block.rows(),
        arrays(manifest, width),
        writer -> copy(manifest, block, writer));
  }

  private void copy(ShardManifest manifest, Block block, BlockWriter writer) {
    List<ArraySpec> from = manifest.arrays();
    int input = from.indexOf(manifest.array(ArrayRole.INPUT, 0).orElseThrow());
    int label = manifest.array(ArrayRole.LABEL, 0).map(from::indexOf).orElse(-1);
    float[] row = new float[manifest.inputWidth(0)];
    double[] old = new double[label < 0 ? 0 : from.get(label).rowLength()];
    for (int i = 0; i < block.rows(); i++) {
      int to = 0;
      for (int a = 0; a < from.size(); a++) {
        if (from.get(a).role() != ArrayRole.LABEL) {
          ByteBuffer stored = block.raw(a);
          int bytes = from.get(a).rowBytes();
          writer.row(to).put(stored.slice(i * bytes, bytes));
          to++;
        }
      }
      block.read(input, i, row, 0);
      if (label >= 0) {
        block.read(label, i, old, 0);
      }
      writer.put(to, labels.of(row, old));
      writer.endRow();
    }
  }
}
