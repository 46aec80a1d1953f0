package dev.strata.executor.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Means of the columns of two matrices, side by side. */
public final class ColumnMeans {
  private ColumnMeans() {}

  /**
   * Writes the means of the second matrix less those of the first.
   *
   * @param first {@code [b, n]} in C order
   * @param second {@code [c, n]} in C order
   * @param difference {@code [1, n]}, overwritten
   * @param halfway {@code [1, n]}, overwritten by what lies halfway between both means
   */
  public static void write(INDArray first, INDArray second, INDArray difference, INDArray halfway) {
    if (!FlatMemory.arePlain(first, second, difference, halfway)) {
      INDArray one = first.mean(true, 0);
      INDArray other = second.mean(true, 0);
      difference.assign(other.sub(one));
      halfway.assign(one.add(other).mul(0.5));
      return;
    }
    float[] one = of(first);
    float[] other = of(second);
    float[] result = new float[one.length];
    for (int j = 0; j < result.length; j++) {
      result[j] = other[j] - one[j];
    }
    FlatMemory.floats(difference).put(0, result);
    for (int j = 0; j < result.length; j++) {
      result[j] = (one[j] + other[j]) * 0.5f;
    }
    FlatMemory.floats(halfway).put(0, result);
  }

  private static float[] of(INDArray matrix) {
    float[] means = Sums.ofRows(matrix);
    float rows = matrix.size(0);
    for (int j = 0; j < means.length; j++) {
      means[j] /= rows;
    }
    return means;
  }
}
