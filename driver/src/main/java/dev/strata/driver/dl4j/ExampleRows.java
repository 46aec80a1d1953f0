package dev.strata.driver.dl4j;

import dev.strata.driver.dl4j.ExampleShape.Slot;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.shard.BlockWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import scala.Tuple2;

/**
 * The examples of a partition as bytes on their way to the blocks that they belong to: float32,
 * little-endian, example after example, an example's arrays one after the other. A piece never
 * crosses the boundary of two blocks; its key is the number of its first example in the RDD.
 */
final class ExampleRows implements Iterator<Tuple2<Long, byte[]>> {
  private final Iterator<MultiDataSet> examples;
  private final ExampleShape shape;
  private final long[] starts;
  private final long end;
  private final Queue<Tuple2<Long, byte[]>> pieces = new ArrayDeque<>();
  private long next;

  /**
   * @param first number of the partition's first example
   * @param rows its number of examples when they were counted
   * @param starts number of the first example of each block, ascending
   */
  ExampleRows(
      Iterator<MultiDataSet> examples, ExampleShape shape, long first, long rows, long[] starts) {
    this.examples = examples;
    this.shape = shape;
    this.starts = starts;
    this.next = first;
    this.end = first + rows;
  }

  /**
   * What a pass through a partition finds.
   *
   * @param rows examples
   * @param shape of them; null without any
   */
  record Summary(long rows, ExampleShape shape) {
    static Summary of(int partition, Iterator<MultiDataSet> examples) {
      long rows = 0;
      ExampleShape shape = null;
      for (long i = 0; examples.hasNext(); i++) {
        MultiDataSet some = examples.next();
        String row = "DataSet " + i + " of partition " + partition;
        ExampleShape found = ExampleShape.of(some, row);
        shape = shape == null ? found : shape.with(found, row);
        rows += some.getFeatures(0).size(0);
      }
      return new Summary(rows, shape);
    }

    String json() {
      return Json.line(this);
    }

    static Summary of(String json) {
      return Json.read(json, Summary.class, "the summary of a partition");
    }
  }

  /** The block that holds an example. */
  static int block(long[] starts, long example) {
    int found = Arrays.binarySearch(starts, example);
    if (found < 0) {
      return -found - 2;
    }
    // Equal starts belong to empty blocks: the last of them is the one with examples.
    int block = found;
    while (block + 1 < starts.length && starts[block + 1] == example) {
      block++;
    }
    return block;
  }

  /** Puts a block's pieces, in order, into its files. */
  static void write(Iterator<Tuple2<Long, byte[]>> pieces, ExampleShape shape, BlockWriter block) {
    while (pieces.hasNext()) {
      ByteBuffer bytes = ByteBuffer.wrap(pieces.next()._2());
      while (bytes.hasRemaining()) {
        for (int a = 0; a < shape.slots().size(); a++) {
          int size = shape.slots().get(a).length() * Float.BYTES;
          block.row(a).put(bytes.slice(bytes.position(), size));
          bytes.position(bytes.position() + size);
        }
        block.endRow();
      }
    }
  }

  @Override
  public boolean hasNext() {
    while (pieces.isEmpty() && examples.hasNext()) {
      cut(examples.next());
    }
    if (pieces.isEmpty() && next != end) {
      throw changed(next);
    }
    return !pieces.isEmpty();
  }

  @Override
  public Tuple2<Long, byte[]> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return pieces.remove();
  }

  private void cut(MultiDataSet some) {
    int rows = Math.toIntExact(some.getFeatures(0).size(0));
    if (next + rows > end) {
      throw changed(next + rows);
    }
    float[][] arrays = floats(some, rows);
    int row = 0;
    while (row < rows) {
      int block = block(starts, next);
      long blockEnd = block + 1 < starts.length ? starts[block + 1] : Long.MAX_VALUE;
      int count = (int) Math.min(rows - row, blockEnd - next);
      pieces.add(new Tuple2<>(next, bytes(arrays, row, count)));
      row += count;
      next += count;
    }
  }

  private StrataException changed(long rows) {
    return StrataException.data("the RDD gave other examples when Spark computed it again")
        .found("examples up to number " + rows + " in a partition")
        .expected("up to number " + end + ", as at first; persist the RDD before fit")
        .build();
  }

  private float[][] floats(MultiDataSet some, int rows) {
    float[][] all = new float[shape.slots().size()][];
    for (int a = 0; a < all.length; a++) {
      Slot slot = shape.slots().get(a);
      INDArray[] arrays = ExampleShape.arrays(some, slot.role());
      INDArray array = slot.index() < arrays.length ? arrays[slot.index()] : null;
      if (array == null) {
        // A mask that other DataSets have.
        all[a] = new float[Math.multiplyExact(rows, slot.length())];
        Arrays.fill(all[a], 1);
      } else {
        all[a] = array.castTo(DataType.FLOAT).dup('c').data().asFloat();
      }
    }
    return all;
  }

  private byte[] bytes(float[][] arrays, int from, int count) {
    long size = (long) count * shape.length() * Float.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = from; row < from + count; row++) {
      for (int a = 0; a < arrays.length; a++) {
        int length = shape.slots().get(a).length();
        bytes.asFloatBuffer().put(arrays[a], row * length, length);
        bytes.position(bytes.position() + length * Float.BYTES);
      }
    }
    return bytes.array();
  }
}
