package dev.strata.executor.vector;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums of many numbers. */
public final class Sums {
  private Sums() {}

  /** In float64, in a fixed order: four running sums, so that additions need not wait. */
  static double of(float[] values, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = count & ~3;
    for (int i = 0; i < whole; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    for (int i = whole; i < count; i++) {
      a += values[i];
    }
    return a + b + (c + d);
  }

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
    FlatMemory.floats(into).put(0, sum);
  }
}
