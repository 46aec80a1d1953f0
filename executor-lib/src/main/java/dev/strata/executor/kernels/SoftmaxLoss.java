package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Softmax and cross-entropy, {@code p = e^z / Σ e^z}, {@code L = -Σ y ln p}, of rows z and labels y
 * whose sum is 1, in one pass over plain float arrays. A p below 1e-10 counts as 1e-10 in the loss,
 * as in DL4J's {@code LossMCXENT}.
 */
public final class SoftmaxLoss {
  private static final double LEAST = Math.log(1e-10);

  private final INDArray z;
  private final ExpLoop exp;
  private final float[] row;
  private final float[] shifted;
  private final float[] label;
  private final float[] bias;

  private SoftmaxLoss(INDArray z, INDArray bias) {
    this.z = z;
    this.exp = new ExpLoop(z);
    this.row = new float[(int) z.size(1)];
    this.shifted = new float[row.length];
    this.label = new float[row.length];
    this.bias = new float[row.length];
    FlatMemory.floats(bias).get(0, this.bias);
  }

  /**
   * The sum over rows of w L(z + bias); z becomes its gradient, {@code w (p - y)}.
   *
   * @param z {@code [b, n]}, overwritten
   * @param bias {@code [1, n]}
   * @param labels {@code [b, n]}
   * @param weights w, {@code [b, 1]}; empty for 1
   * @param sums {@code [1, n]}, overwritten with the sum of the gradient's rows
   */
  public static double apply(
      INDArray z, INDArray bias, INDArray labels, Optional<INDArray> weights, INDArray sums) {
    return new SoftmaxLoss(z, bias).apply(labels, weights, sums);
  }

  private double apply(INDArray labels, Optional<INDArray> weights, INDArray sums) {
    FloatBuffer rows = FlatMemory.floats(z);
    FloatBuffer targets = FlatMemory.floats(labels);
    float[] weight = weights.map(INDArray::toFloatVector).orElse(null);
    float[] sum = new float[row.length];
    double loss = 0;
    int length = (int) z.length();
    for (int at = 0, i = 0; at < length; at += row.length, i++) {
      rows.get(at, row);
      targets.get(at, label);
      float w = weight == null ? 1 : weight[i];
      loss += w * one(at);
      for (int j = 0; j < row.length; j++) {
        row[j] = (row[j] - label[j]) * w;
        sum[j] += row[j];
      }
      rows.put(at, row);
    }
    FlatMemory.floats(sums).put(0, sum);
    return loss;
  }

  /** The loss of one row, which becomes p. */
  private double one(int at) {
    float greatest = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < row.length; j++) {
      row[j] += bias[j];
      greatest = Math.max(greatest, row[j]);
    }
    double ofLabels = 0;
    for (int j = 0; j < row.length; j++) {
      shifted[j] = row[j] - greatest;
      row[j] = shifted[j];
    }
    powers(at);
    double total = 0;
    for (float power : row) {
      total += power;
    }
    double logarithm = Math.log(total);
    float share = (float) (1 / total);
    for (int j = 0; j < row.length; j++) {
      row[j] *= share;
      if (label[j] != 0) {
        ofLabels -= label[j] * Math.max(LEAST, shifted[j] - logarithm);
      }
    }
    return ofLabels;
  }

  /** e to the power of the row. */
  private void powers(int at) {
    if (row.length <= FlatMemory.PIECE) {
      exp.exp(row, row, at, row.length);
      return;
    }
    float[] piece = new float[FlatMemory.PIECE];
    for (int from = 0; from < row.length; from += piece.length) {
      int count = Math.min(piece.length, row.length - from);
      System.arraycopy(row, from, piece, 0, count);
      exp.exp(piece, piece, at + from, count);
      System.arraycopy(piece, 0, row, from, count);
    }
  }
}
