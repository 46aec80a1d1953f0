package dev.strata.executor.shard;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Fills minibatches from mapped blocks. Arrays are allocated once per batch size and filled by bulk
 * copies; a minibatch is valid until the next one is read. A reader belongs to one thread.
 *
 * <p>Shapes: inputs and value labels {@code [b, rowShape…]} ({@code [b, 1]} for scalars), class
 * labels {@code [b, classes]}, weights {@code [b, 1]}. Without LABEL, MASK or WEIGHT arrays those
 * are empty.
 */
public final class MinibatchReader implements MinibatchSource {
  /** Full batches and the short last ones of a few epochs' ends. */
  private static final int MOST_SIZES = 4;

  /** Mapped blocks that are kept at hand; the store has the others. */
  private static final int MOST_BLOCKS = 64;

  private final Configuration configuration;
  private final ShardSet set;
  private final ShardManifest manifest;
  private final DataType type;
  private final Map<Integer, MinibatchArrays> bySize = new LinkedHashMap<>(8, 0.75f, true);
  private final Block[] blocks;

  /** Number of the first row of each block. */
  private final long[] firstRows;

  private int blocksAtHand;

  /**
   * @param type FLOAT or DOUBLE: of all arrays of a minibatch
   */
  public MinibatchReader(
      Configuration configuration, ShardSet set, ShardManifest manifest, DataType type) {
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new IllegalArgumentException("minibatches of type " + type);
    }
    this.configuration = configuration;
    this.set = set;
    this.manifest = manifest;
    this.type = type;
    this.blocks = new Block[manifest.blocks().size()];
    this.firstRows = manifest.firstRows();
  }

  /**
   * Rows {@code [from, from + rows)} of an order.
   *
   * @throws dev.strata.executor.failure.StrataException (data) where a block is damaged or a label
   *     is out of range
   */
  public Minibatch read(EpochOrder order, int from, int rows) {
    MinibatchArrays arrays = arrays(rows);
    for (int i = 0; i < rows; i++) {
      int index = order.block(from + i);
      Block block = block(index);
      int row = order.row(from + i);
      arrays.minibatch().rowNumbers()[i] = firstRows[index] + row;
      for (RowSink sink : arrays.sinks()) {
        sink.copy(block, row, i);
      }
    }
    arrays.sinks().forEach(RowSink::written);
    return arrays.minibatch();
  }

  /** Nothing is drawn: the seed has no part in it. */
  @Override
  public Minibatch read(EpochOrder order, long seed, int from, int rows) {
    return read(order, from, rows);
  }

  @Override
  public void close() {
    bySize.values().forEach(MinibatchArrays::close);
    bySize.clear();
    Arrays.fill(blocks, null);
    blocksAtHand = 0;
  }

  private MinibatchArrays arrays(int rows) {
    MinibatchArrays known = bySize.get(rows);
    if (known != null) {
      return known;
    }
    Iterator<MinibatchArrays> eldest = bySize.values().iterator();
    while (bySize.size() >= MOST_SIZES) {
      eldest.next().close();
      eldest.remove();
    }
    MinibatchArrays made = new MinibatchArrays(manifest.arrays(), rows, type);
    bySize.put(rows, made);
    return made;
  }

  private Block block(int index) {
    if (blocks[index] == null) {
      if (blocksAtHand == MOST_BLOCKS) {
        Arrays.fill(blocks, null);
        blocksAtHand = 0;
      }
      blocks[index] = BlockStore.shared().open(configuration, set, manifest, index);
      blocksAtHand++;
    }
    return blocks[index];
  }
}
