package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import java.nio.IntBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code a > 0 ? epsilon : +0}, the gradient of the plain rectifier, without a branch for each
 * element: on the bits of the floats, where numbers above 0 are the integers from 1 to those of
 * infinity.
 */
final class RectifierBackprop {
  private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  private RectifierBackprop() {}

  static boolean accepts(INDArray activations, INDArray epsilon) {
    return FlatMemory.isPlain(activations)
        && FlatMemory.isPlain(epsilon)
        && activations.equalShapes(epsilon);
  }

  /** Overwrites the activations with the gradient. */
  static void apply(INDArray activations, INDArray epsilon) {
    IntBuffer signs = FlatMemory.bytes(activations).asIntBuffer();
    IntBuffer values = FlatMemory.bytes(epsilon).asIntBuffer();
    int[] a = new int[FlatMemory.PIECE];
    int[] e = new int[FlatMemory.PIECE];
    int length = (int) activations.length();
    for (int from = 0; from < length; from += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - from);
      signs.get(from, a, 0, count);
      values.get(from, e, 0, count);
      select(a, e, count);
      signs.put(from, a, 0, count);
    }
  }

  private static void select(int[] a, int[] e, int count) {
    for (int i = 0; i < count; i++) {
      int bits = a[i];
      a[i] = e[i] & (-bits & ~bits & (bits - INFINITY - 1)) >> 31;
    }
  }
}
