package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link ReconstructionLoss} on plain float arrays, in one pass. */
final class ReconstructionLoop {
  private ReconstructionLoop() {}

  static double crossEntropy(INDArray z, INDArray bias, INDArray x, float scale) {
    FloatBuffer logits = FlatMemory.floats(z);
    FloatBuffer targets = FlatMemory.floats(x);
    RowPieces pieces = new RowPieces(bias);
    ExpLoop exp = new ExpLoop(z);
    float[] logit = new float[pieces.width()];
    float[] target = new float[pieces.width()];
    float[] result = new float[pieces.width()];
    LaneSum sum = new LaneSum();
    int length = (int) z.length();
    for (int at = 0; at < length; ) {
      int count = pieces.next(at, length);
      logits.get(at, logit, 0, count);
      targets.get(at, target, 0, count);
      pieces.add(logit, count);
      ActivationLoop.sigmoid(exp, logit, result, at, count);
      // The logits have been negated.
      losses(logit, target, result, scale, count);
      logits.put(at, result, 0, count);
      sum.add(logit, count);
      at += count;
    }
    return sum.total();
  }

  /**
   * Σ max(z, 0) − x z − ln max(r, 1−r), as ln(1 + e^−|z|) = −ln max(r, 1−r); the logarithm of m in
   * [½, 1] by −2 artanh((1−m) / (1+m)).
   */
  private static void losses(
      float[] negated, float[] target, float[] result, float scale, int count) {
    for (int i = 0; i < count; i++) {
      float z = -negated[i];
      float r = result[i];
      float x = target[i];
      float m = Math.max(r, 1 - r);
      float s = (1 - m) / (1 + m);
      float q = s * s;
      float series = 1 / 13f;
      series = series * q + 1 / 11f;
      series = series * q + 1 / 9f;
      series = series * q + 1 / 7f;
      series = series * q + 1 / 5f;
      series = series * q + 1 / 3f;
      series = series * q + 1;
      negated[i] = Math.max(0f, z) - x * z + 2 * s * series;
      result[i] = (r - x) * scale;
    }
  }

  static double squaredError(Nonlinearity function, INDArray values, INDArray x, float scale) {
    FloatBuffer reconstructions = FlatMemory.floats(values);
    FloatBuffer targets = FlatMemory.floats(x);
    float[] r = new float[FlatMemory.PIECE];
    float[] target = new float[FlatMemory.PIECE];
    float[] squares = new float[FlatMemory.PIECE];
    LaneSum sum = new LaneSum();
    int length = (int) values.length();
    for (int at = 0; at < length; at += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - at);
      reconstructions.get(at, r, 0, count);
      targets.get(at, target, 0, count);
      for (int i = 0; i < count; i++) {
        float difference = r[i] - target[i];
        squares[i] = difference * difference;
        target[i] = difference * scale;
      }
      sum.add(squares, count);
      ActivationLoop.timesSlope(function, target, r, count);
      reconstructions.put(at, target, 0, count);
    }
    return sum.total() / 2;
  }

  static double squares(INDArray array) {
    FloatBuffer values = FlatMemory.floats(array);
    float[] piece = new float[FlatMemory.PIECE];
    LaneSum sum = new LaneSum();
    int length = (int) array.length();
    for (int at = 0; at < length; at += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - at);
      values.get(at, piece, 0, count);
      for (int i = 0; i < count; i++) {
        piece[i] *= piece[i];
      }
      sum.add(piece, count);
    }
    return sum.total();
  }

  static double squaredDistance(INDArray a, INDArray b) {
    FloatBuffer first = FlatMemory.floats(a);
    FloatBuffer second = FlatMemory.floats(b);
    float[] piece = new float[FlatMemory.PIECE];
    float[] other = new float[FlatMemory.PIECE];
    LaneSum sum = new LaneSum();
    int length = (int) a.length();
    for (int at = 0; at < length; at += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - at);
      first.get(at, piece, 0, count);
      second.get(at, other, 0, count);
      for (int i = 0; i < count; i++) {
        float difference = piece[i] - other[i];
        piece[i] = difference * difference;
      }
      sum.add(piece, count);
    }
    return sum.total();
  }
}
