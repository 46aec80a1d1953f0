package dev.strata.executor.kernels;

import java.util.OptionalLong;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks whether numbers can be probabilities. */
public final class UnitInterval {
  /** What the rounding of a scaling to [0, 1] may exceed it by. */
  private static final float TOLERANCE = 1e-5f;

  private UnitInterval() {}

  /** Position in C order of the first element that is outside [0, 1] or not a number. */
  public static OptionalLong firstOutside(INDArray array) {
    FloatPieces pieces = FloatPieces.of(array);
    float[] piece = new float[FlatMemory.PIECE];
    int length = (int) array.length();
    for (int at = 0; at < length; at += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - at);
      pieces.get(at, piece, count);
      if (!isWithin(piece, count)) {
        for (int i = 0; i < count; i++) {
          if (!(Math.abs(piece[i] - 0.5f) <= 0.5f + TOLERANCE)) {
            return OptionalLong.of((long) at + i);
          }
        }
      }
    }
    return OptionalLong.empty();
  }

  /** Without a branch for each element: the greatest distance from the middle; NaN stays. */
  private static boolean isWithin(float[] piece, int count) {
    float furthest = 0;
    for (int i = 0; i < count; i++) {
      furthest = Math.max(furthest, Math.abs(piece[i] - 0.5f));
    }
    return furthest <= 0.5f + TOLERANCE;
  }
}
