package dev.strata.executor.shard;

import dev.strata.executor.device.HostMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One array of a minibatch and the view of its memory through which rows are copied into it, a
 * whole row at once.
 */
final class RowSink implements AutoCloseable {
  private final int position;
  private final boolean classes;
  private final int width;
  private final INDArray array;
  private final FloatBuffer floats;
  private final DoubleBuffer doubles;
  private final float[] floatRow;
  private final double[] doubleRow;
  private final byte[] scratch;

  /**
   * @param position of the array in the manifest
   * @param rows of the minibatch
   */
  RowSink(ArraySpec spec, int position, int rows, DataType type) {
    this.position = position;
    this.classes = spec.holdsClasses();
    this.width = classes ? spec.classes() : spec.rowLength();
    // Detached: it must outlive any workspace that happens to be open.
    this.array = Nd4j.createUninitializedDetached(type, 'c', shape(spec, rows));
    ByteBuffer memory = memory(array);
    boolean single = type == DataType.FLOAT;
    this.floats = single ? memory.asFloatBuffer() : null;
    this.doubles = single ? null : memory.asDoubleBuffer();
    this.floatRow = single ? new float[width] : null;
    this.doubleRow = single ? null : new double[width];
    this.scratch = spec.type() == ElementType.U8 ? new byte[width] : new byte[0];
  }

  INDArray array() {
    return array;
  }

  /** Copies a row of a block to row {@code at} of the minibatch. */
  void copy(Block block, int row, int at) {
    int to = at * width;
    if (floats == null) {
      copyDoubles(block, row, to);
    } else if (classes) {
      // floatRow stays all zeros.
      floats.put(to, floatRow, 0, width);
      floats.put(to + block.classIndex(position, row), 1f);
    } else {
      BlockArray stored = block.array(position);
      if (stored.storedAsLoaded()) {
        stored.copy(row, floats, to);
      } else {
        stored.read(row, floatRow, 0, scratch);
        floats.put(to, floatRow, 0, width);
      }
    }
  }

  /** Tells ND4J that the host's copy is the valid one; only backends with a device listen. */
  void written() {
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }

  @Override
  public void close() {
    array.close();
  }

  private void copyDoubles(Block block, int row, int to) {
    if (classes) {
      doubles.put(to, doubleRow, 0, width);
      doubles.put(to + block.classIndex(position, row), 1.0);
    } else {
      block.read(position, row, doubleRow, 0);
      doubles.put(to, doubleRow, 0, width);
    }
  }

  private static long[] shape(ArraySpec spec, int rows) {
    if (spec.holdsClasses()) {
      return new long[] {rows, spec.classes()};
    }
    if (spec.rowShape().isEmpty()) {
      return new long[] {rows, 1};
    }
    long[] shape = new long[1 + spec.rowShape().size()];
    shape[0] = rows;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = spec.rowShape().get(i - 1);
    }
    return shape;
  }

  private static ByteBuffer memory(INDArray array) {
    long bytes = Math.multiplyExact(array.length(), array.dataType().width());
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a minibatch of " + bytes + " bytes; at most 2 GiB");
    }
    ByteBuffer memory =
        new BytePointer(HostMemory.of(array))
            .position(0)
            .limit(bytes)
            .asByteBuffer()
            .order(ByteOrder.nativeOrder());
    if (memory.capacity() != bytes) {
      throw new IllegalStateException(
          memory.capacity() + " bytes for " + array.shapeInfoToString());
    }
    return memory;
  }
}
