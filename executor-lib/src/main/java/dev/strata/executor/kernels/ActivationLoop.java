package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link Nonlinearity} on plain float arrays. */
final class ActivationLoop {
  private ActivationLoop() {}

  static void apply(Nonlinearity function, INDArray z, INDArray bias) {
    FloatBuffer values = FlatMemory.floats(z);
    RowPieces pieces = new RowPieces(bias);
    float[] piece = new float[pieces.width()];
    float[] result = new float[pieces.width()];
    ExpLoop exp = new ExpLoop(z);
    int length = (int) z.length();
    for (int at = 0; at < length; ) {
      int count = pieces.next(at, length);
      values.get(at, piece, 0, count);
      pieces.add(piece, count);
      values.put(at, evaluate(function, exp, piece, result, at, count), 0, count);
      at += count;
    }
  }

  private static float[] evaluate(
      Nonlinearity function, ExpLoop exp, float[] z, float[] into, int at, int count) {
    switch (function) {
      case SIGMOID -> sigmoid(exp, z, into, at, count);
      case TANH -> tanh(exp, z, into, at, count);
      case RELU -> relu(z, into, count);
      case ELU -> elu(exp, z, into, at, count);
      case IDENTITY -> {
        return z;
      }
    }
    return into;
  }

  /** {@code 1 / (1 + e^-z)}; z is negated. */
  static void sigmoid(ExpLoop exp, float[] z, float[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      z[i] = -z[i];
    }
    exp.exp(z, into, at, count);
    for (int i = 0; i < count; i++) {
      into[i] = 1 / (1 + into[i]);
    }
  }

  private static void tanh(ExpLoop exp, float[] z, float[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      z[i] = 2 * z[i];
    }
    exp.exp(z, into, at, count);
    for (int i = 0; i < count; i++) {
      into[i] = 1 - 2 / (1 + into[i]);
    }
  }

  private static void relu(float[] z, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = Math.max(0f, z[i]);
    }
  }

  private static void elu(ExpLoop exp, float[] z, float[] into, int at, int count) {
    float[] negative = new float[count];
    for (int i = 0; i < count; i++) {
      negative[i] = Math.min(0f, z[i]);
    }
    exp.exp(negative, into, at, count);
    for (int i = 0; i < count; i++) {
      into[i] = into[i] - 1 + Math.max(0f, z[i]);
    }
  }

  static void timesSlope(Nonlinearity function, INDArray delta, INDArray h) {
    FloatBuffer deltas = FlatMemory.floats(delta);
    FloatBuffer values = FlatMemory.floats(h);
    float[] d = new float[FlatMemory.PIECE];
    float[] value = new float[FlatMemory.PIECE];
    int length = (int) delta.length();
    for (int from = 0; from < length; from += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - from);
      deltas.get(from, d, 0, count);
      values.get(from, value, 0, count);
      timesSlope(function, d, value, count);
      deltas.put(from, d, 0, count);
    }
  }

  static void timesSlope(Nonlinearity function, INDArray delta, INDArray h, INDArray sums) {
    FloatBuffer deltas = FlatMemory.floats(delta);
    FloatBuffer values = FlatMemory.floats(h);
    float[] sum = new float[(int) sums.length()];
    // Whole rows, as many as fit into a piece.
    int width = Math.max(1, FlatMemory.PIECE / sum.length) * sum.length;
    float[] d = new float[width];
    float[] value = new float[width];
    int length = (int) delta.length();
    for (int from = 0; from < length; from += width) {
      int count = Math.min(width, length - from);
      deltas.get(from, d, 0, count);
      values.get(from, value, 0, count);
      timesSlope(function, d, value, count);
      for (int row = 0; row < count; row += sum.length) {
        add(sum, d, row);
      }
      deltas.put(from, d, 0, count);
    }
    FlatMemory.floats(sums).put(0, sum);
  }

  private static void add(float[] sum, float[] values, int from) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values[from + i];
    }
  }

  static void timesSlope(Nonlinearity function, float[] delta, float[] h, int count) {
    switch (function) {
      case SIGMOID -> sigmoidSlope(delta, h, count);
      case TANH -> tanhSlope(delta, h, count);
      case RELU -> reluSlope(delta, h, count);
      case ELU -> eluSlope(delta, h, count);
      case IDENTITY -> {}
    }
  }

  private static void sigmoidSlope(float[] delta, float[] h, int count) {
    for (int i = 0; i < count; i++) {
      delta[i] *= h[i] * (1 - h[i]);
    }
  }

  private static void tanhSlope(float[] delta, float[] h, int count) {
    for (int i = 0; i < count; i++) {
      delta[i] *= 1 - h[i] * h[i];
    }
  }

  /** Without a branch: every h above 1 / the greatest float gives the factor 1. */
  private static void reluSlope(float[] delta, float[] h, int count) {
    for (int i = 0; i < count; i++) {
      delta[i] *= Math.min(1f, h[i] * Float.MAX_VALUE);
    }
  }

  private static void eluSlope(float[] delta, float[] h, int count) {
    for (int i = 0; i < count; i++) {
      delta[i] *= 1 + Math.min(0f, h[i]);
    }
  }
}
