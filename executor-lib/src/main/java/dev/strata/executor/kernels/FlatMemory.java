package dev.strata.executor.kernels;

import dev.strata.executor.device.HostMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Elements of an array where they lie, for loops that the compiler of the JVM makes faster than
 * ND4J's.
 */
public final class FlatMemory {
  /** Elements that a loop copies to the heap at a time: a few such pieces fit the first cache. */
  public static final int PIECE = 1024;

  private FlatMemory() {}

  /**
   * Whether the array's elements are floats in the memory of this process, one after the other in C
   * order, and few enough for a buffer. A vector is so in either order: DL4J's biases are in
   * Fortran order by name.
   */
  public static boolean isPlain(INDArray array) {
    return HostMemory.isHome()
        && array.dataType() == DataType.FLOAT
        && (array.ordering() == 'c' || array.isVector())
        && array.elementWiseStride() == 1
        && array.length() <= Integer.MAX_VALUE / Float.BYTES;
  }

  /** Whether all of them are plain. */
  public static boolean arePlain(INDArray... arrays) {
    for (INDArray array : arrays) {
      if (!isPlain(array)) {
        return false;
      }
    }
    return true;
  }

  /** The elements' bytes; valid as long as the array. */
  public static ByteBuffer bytes(INDArray array) {
    return new BytePointer(HostMemory.of(array))
        .position(0)
        .limit(array.length() * Float.BYTES)
        .asByteBuffer()
        .order(ByteOrder.nativeOrder());
  }

  /** The elements; valid as long as the array. */
  public static FloatBuffer floats(INDArray array) {
    return bytes(array).asFloatBuffer();
  }
}
