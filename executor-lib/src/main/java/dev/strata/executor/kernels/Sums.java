package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Sums over rows and columns. */
public final class Sums {
  private Sums() {}

  /**
   * The sum of a matrix's rows.
   *
   * @param matrix {@code [b, n]} in C order
   * @param into {@code [1, n]}, overwritten
   */
  public static void ofRows(INDArray matrix, INDArray into) {
    if (!FlatMemory.arePlain(matrix, into)) {
      into.assign(matrix.sum(true, 0));
      return;
    }
    FlatMemory.floats(into).put(0, ofRows(matrix));
  }

  /** The same of a plain matrix. */
  static float[] ofRows(INDArray matrix) {
    FloatBuffer values = FlatMemory.floats(matrix);
    int columns = (int) matrix.size(1);
    int rows = (int) matrix.size(0);
    float[] row = new float[columns];
    float[] sum = new float[columns];
    for (int i = 0; i < rows; i++) {
      values.get(i * columns, row);
      for (int j = 0; j < columns; j++) {
        sum[j] += row[j];
      }
    }
    return sum;
  }

  /**
   * The sum of squares of each column.
   *
   * @param matrix {@code [n, units]} in Fortran order
   * @return {@code [1, units]}
   */
  public static INDArray ofColumnSquares(INDArray matrix) {
    if (!isColumns(matrix)) {
      return matrix.mul(matrix).sum(true, 0);
    }
    FloatBuffer values = FlatMemory.floats(matrix);
    float[] column = new float[(int) matrix.size(0)];
    float[] sums = new float[(int) matrix.size(1)];
    for (int j = 0; j < sums.length; j++) {
      values.get(j * column.length, column);
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      int whole = column.length & ~3;
      for (int i = 0; i < whole; i += 4) {
        a += column[i] * column[i];
        b += column[i + 1] * column[i + 1];
        c += column[i + 2] * column[i + 2];
        d += column[i + 3] * column[i + 3];
      }
      for (int i = whole; i < column.length; i++) {
        a += column[i] * column[i];
      }
      sums[j] = a + b + (c + d);
    }
    return Nd4j.createFromArray(sums).reshape(1, sums.length);
  }

  /** The sum of the squares of all elements. */
  public static double ofSquares(INDArray values) {
    if (!FlatMemory.isPlain(values)) {
      INDArray wide = values.castTo(DataType.DOUBLE);
      return wide.mul(wide).sumNumber().doubleValue();
    }
    FloatBuffer memory = FlatMemory.floats(values);
    float[] piece = new float[FlatMemory.PIECE];
    LaneSum sum = new LaneSum();
    int length = (int) values.length();
    for (int from = 0; from < length; from += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - from);
      memory.get(from, piece, 0, count);
      for (int i = 0; i < count; i++) {
        piece[i] *= piece[i];
      }
      sum.add(piece, count);
    }
    return sum.total();
  }

  /**
   * Adds to each column of a matrix that column of another, times a factor of its own.
   *
   * @param into {@code [n, units]} in Fortran order, changed
   * @param matrix likewise
   * @param factors {@code [1, units]}
   */
  public static void addScaledColumns(INDArray into, INDArray matrix, INDArray factors) {
    if (!isColumns(into) || !isColumns(matrix)) {
      into.addi(matrix.mulRowVector(factors));
      return;
    }
    FloatBuffer sums = FlatMemory.floats(into);
    FloatBuffer values = FlatMemory.floats(matrix);
    float[] sum = new float[(int) matrix.size(0)];
    float[] column = new float[sum.length];
    int at = 0;
    for (float factor : factors.toFloatVector()) {
      sums.get(at, sum);
      values.get(at, column);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += factor * column[i];
      }
      sums.put(at, sum);
      at += sum.length;
    }
  }

  private static boolean isColumns(INDArray matrix) {
    return matrix.stride(0) == 1
        && matrix.stride(1) == matrix.size(0)
        && FlatMemory.isPlain(matrix.transpose());
  }
}
