package dev.strata.executor.kernels;

import dev.strata.executor.device.Blas;
import dev.strata.executor.device.Blas.Factor;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The products of a dense layer, written into arrays that are there already. Rows are in C order,
 * {@code [b, n]}; weights are {@code [in, out]} in Fortran order, as DL4J keeps them in its flat
 * vector. All are float32 or all float64, their elements one after the other; anything else is
 * refused ({@link IllegalArgumentException}).
 */
public final class Products {
  private Products() {}

  /** {@code into = rows W}: {@code [b, in]} to {@code [b, out]}. */
  public static void forward(INDArray rows, INDArray weights, INDArray into) {
    long b = rows.size(0);
    long in = weights.size(0);
    long out = weights.size(1);
    check(rows, b, in, weights, in, out, into, b, out);
    Blas.multiply(
        out, b, in, 1, new Factor(weights, in, true), new Factor(rows, in, false), 0, into);
  }

  /** {@code into = rows W'}: {@code [b, out]} to {@code [b, in]}. */
  public static void back(INDArray rows, INDArray weights, INDArray into) {
    long b = rows.size(0);
    long in = weights.size(0);
    long out = weights.size(1);
    check(rows, b, out, weights, in, out, into, b, in);
    Blas.multiply(
        in, b, out, 1, new Factor(weights, in, false), new Factor(rows, out, false), 0, into);
  }

  /**
   * {@code into = alpha left' right + beta into}: {@code [b, in]} and {@code [b, out]} to {@code
   * [in, out]} in Fortran order.
   */
  public static void outer(
      INDArray left, INDArray right, INDArray into, double alpha, double beta) {
    long b = left.size(0);
    long in = into.size(0);
    long out = into.size(1);
    check(left, b, in, into, in, out, right, b, out);
    Blas.multiply(
        in, out, b, alpha, new Factor(left, in, false), new Factor(right, out, true), beta, into);
  }

  /** Whether a matrix is in C order, its elements one after the other. */
  public static boolean areRows(INDArray matrix) {
    return matrix.rank() == 2 && isDense(matrix, 0, 1);
  }

  private static void check(
      INDArray first,
      long b,
      long n,
      INDArray weights,
      long in,
      long out,
      INDArray second,
      long c,
      long m) {
    requireShape(first, b, n);
    requireShape(second, c, m);
    requireShape(weights, in, out);
    DataType type = weights.dataType();
    boolean oneType = first.dataType() == type && second.dataType() == type;
    if (!oneType || (type != DataType.FLOAT && type != DataType.DOUBLE)) {
      throw new IllegalArgumentException(
          "matrices of " + first.dataType() + ", " + type + " and " + second.dataType());
    }
    if (!isDense(first, 0, 1) || !isDense(second, 0, 1) || !isDense(weights, 1, 0)) {
      throw new IllegalArgumentException(
          "strides "
              + Arrays.toString(first.stride())
              + ", "
              + Arrays.toString(weights.stride())
              + " and "
              + Arrays.toString(second.stride())
              + " are not those of rows, weights and rows");
    }
  }

  private static void requireShape(INDArray matrix, long rows, long columns) {
    if (matrix.rank() != 2 || matrix.size(0) != rows || matrix.size(1) != columns) {
      throw new IllegalArgumentException(
          Arrays.toString(matrix.shape()) + " instead of [" + rows + ", " + columns + "]");
    }
  }

  /** A stride of a dimension of one element is never taken. */
  private static boolean isDense(INDArray matrix, int slow, int fast) {
    return (matrix.size(fast) == 1 || matrix.stride(fast) == 1)
        && (matrix.size(slow) == 1 || matrix.stride(slow) == matrix.size(fast));
  }
}
