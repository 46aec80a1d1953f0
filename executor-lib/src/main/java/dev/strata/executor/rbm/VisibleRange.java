package dev.strata.executor.rbm;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.kernels.FlatMemory;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Binary visible units take probabilities. */
final class VisibleRange {
  /** What the rounding of a scaling to [0, 1] may exceed it by. */
  private static final double TOLERANCE = 1e-5;

  private VisibleRange() {}

  /**
   * @param data {@code [b, n]}
   * @throws StrataException (data) where a value is outside [0, 1]
   */
  static void check(INDArray data) {
    if (!FlatMemory.isPlain(data) || !allWithin(FlatMemory.floats(data))) {
      for (long row = 0; row < data.size(0); row++) {
        for (long input = 0; input < data.size(1); input++) {
          if (!isWithin(data.getDouble(row, input))) {
            throw outside(data, row, input);
          }
        }
      }
    }
  }

  /** In loops that the JVM compiles to vector instructions; numbers that are none come through. */
  private static boolean allWithin(FloatBuffer values) {
    float[] piece = new float[FlatMemory.PIECE];
    float[] least = new float[FlatMemory.PIECE];
    float[] greatest = new float[FlatMemory.PIECE];
    while (values.hasRemaining()) {
      int count = Math.min(FlatMemory.PIECE, values.remaining());
      values.get(piece, 0, count);
      for (int i = 0; i < count; i++) {
        least[i] = Math.min(least[i], piece[i]);
        greatest[i] = Math.max(greatest[i], piece[i]);
      }
    }
    boolean within = true;
    for (int i = 0; i < FlatMemory.PIECE; i++) {
      within &= isWithin(least[i]) && isWithin(greatest[i]);
    }
    return within;
  }

  private static boolean isWithin(double value) {
    return value >= -TOLERANCE && value <= 1 + TOLERANCE;
  }

  private static StrataException outside(INDArray data, long row, long input) {
    return StrataException.data("binary visible units of an RBM need values in [0, 1]")
        .key("data.scaling")
        .row(row + " of a minibatch, input " + input)
        .found(data.getDouble(row, input))
        .expected(
            "data.scaling = min-max, or divide-by the largest value; or visible = gaussian with"
                + " data.scaling = standard")
        .build();
  }
}
