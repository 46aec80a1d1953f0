package dev.strata.executor.preprocess;

import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockWriter;
import dev.strata.executor.shard.ElementType;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes the rows of one block, encoded. */
public final class EncodedBlock {
  private final RowEncoder encoder;
  private final Preprocessing preprocessing;
  private final List<ArraySpec> arrays;
  private final Map<String, Integer> groups;
  private final float[] features;

  /** Rows that belong to no groups. */
  public EncodedBlock(Preprocessing preprocessing) {
    this(preprocessing, Map.of());
  }

  /**
   * @param groups number of each group
   */
  public EncodedBlock(Preprocessing preprocessing, Map<String, Integer> groups) {
    this.groups = groups;
    this.preprocessing = preprocessing;
    this.encoder = new RowEncoder(preprocessing);
    this.arrays = ShardLayout.arrays(preprocessing);
    this.features = preprocessing.bytes() ? null : new float[encoder.width()];
  }

  /**
   * @param folder of the ShardSet
   * @param count of the rows
   * @return what the manifest must say of the block
   */
  public BlockSpec write(
      FileSystem files, Path folder, int index, int count, Iterator<PlainRow> rows) {
    BlockWriter writer = BlockWriter.create(files, folder, index, count, arrays);
    try {
      while (rows.hasNext()) {
        PlainRow row = rows.next();
        for (int i = 0; i < arrays.size(); i++) {
          put(writer, i, row);
        }
        writer.endRow();
      }
      return writer.close();
    } catch (RuntimeException e) {
      writer.abort();
      throw e;
    }
  }

  private void put(BlockWriter writer, int array, PlainRow row) {
    ArraySpec spec = arrays.get(array);
    if (spec.role() == ArrayRole.INPUT && preprocessing.bytes()) {
      writer.row(array).put(encoder.bytes(row));
    } else if (spec.role() == ArrayRole.INPUT) {
      encoder.features(row, features, 0);
      if (spec.type() == ElementType.I32) {
        for (float id : features) {
          writer.row(array).putInt((int) id);
        }
        return;
      }
      writer.put(array, features);
    } else if (spec.role() == ArrayRole.WEIGHT) {
      writer.row(array).putFloat(encoder.weight(row));
    } else if (spec.role() == ArrayRole.GROUP) {
      writer.row(array).putInt(groups.get(row.group()));
    } else if (spec.classes() > 0) {
      writer.row(array).putInt(encoder.classIndex(row));
    } else {
      for (double value : row.labelValues()) {
        writer.row(array).putFloat((float) value);
      }
    }
  }
}
