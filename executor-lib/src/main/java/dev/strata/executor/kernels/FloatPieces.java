package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An array's elements in C order as floats, whatever its type and strides. */
interface FloatPieces {
  void get(int at, float[] into, int count);

  void put(int at, float[] from, int count);

  static FloatPieces of(INDArray array) {
    if (!FlatMemory.isPlain(array)) {
      return new Converted(array);
    }
    FloatBuffer memory = FlatMemory.floats(array);
    return new FloatPieces() {
      @Override
      public void get(int at, float[] into, int count) {
        memory.get(at, into, 0, count);
      }

      @Override
      public void put(int at, float[] from, int count) {
        memory.put(at, from, 0, count);
      }
    };
  }

  /** Element by element: only for checks in float64. */
  record Converted(INDArray array) implements FloatPieces {
    @Override
    public void get(int at, float[] into, int count) {
      for (int i = 0; i < count; i++) {
        into[i] = array.getFloat(at + i);
      }
    }

    @Override
    public void put(int at, float[] from, int count) {
      for (int i = 0; i < count; i++) {
        array.putScalar(at + i, from[i]);
      }
    }
  }
}
