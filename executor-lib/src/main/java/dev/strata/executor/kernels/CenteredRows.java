package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Copies a matrix and subtracts the mean of each column. */
public final class CenteredRows {
  private CenteredRows() {}

  /**
   * Writes {@code factor (x - mean)} for each row x.
   *
   * @param rows {@code [b, n]} in C order
   * @param mean {@code [1, n]}
   * @param into {@code [at + b or more, n]} in C order, of the same type
   * @param at row of {@code into} where the first row goes
   */
  public static void write(INDArray rows, INDArray mean, double factor, INDArray into, long at) {
    if (!FlatMemory.arePlain(rows, mean, into)) {
      into.get(NDArrayIndex.interval(at, at + rows.size(0)), NDArrayIndex.all())
          .assign(rows.subRowVector(mean).mul(factor));
      return;
    }
    int columns = (int) rows.size(1);
    FloatBuffer values = FlatMemory.floats(rows);
    FloatBuffer results = FlatMemory.floats(into);
    float[] means = new float[columns];
    FlatMemory.floats(mean).get(0, means);
    float[] row = new float[columns];
    float scale = (float) factor;
    int offset = Math.toIntExact(at * columns);
    for (int from = 0; from < rows.length(); from += columns) {
      values.get(from, row);
      for (int i = 0; i < columns; i++) {
        row[i] = (row[i] - means[i]) * scale;
      }
      results.put(offset + from, row);
    }
  }
}
