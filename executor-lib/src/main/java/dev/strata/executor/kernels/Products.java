package dev.strata.executor.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The products of a dense layer, written into arrays that are there already. Rows are in C order,
 * {@code [b, n]}; weights are {@code [in, out]} in Fortran order, as DL4J keeps them in its flat
 * vector.
 */
public final class Products {
  private Products() {}

  /** {@code into = rows W}: {@code [b, in]} to {@code [b, out]}. */
  public static void forward(INDArray rows, INDArray weights, INDArray into) {
    Nd4j.gemm(weights, columns(rows), columns(into), true, false, 1, 0);
  }

  /** {@code into = rows W'}: {@code [b, out]} to {@code [b, in]}. */
  public static void back(INDArray rows, INDArray weights, INDArray into) {
    Nd4j.gemm(weights, columns(rows), columns(into), false, false, 1, 0);
  }

  /**
   * {@code into = alpha left' right + beta into}: {@code [b, in]} and {@code [b, out]} to {@code
   * [in, out]} in Fortran order.
   */
  public static void outer(
      INDArray left, INDArray right, INDArray into, double alpha, double beta) {
    Nd4j.gemm(columns(left), columns(right), into, false, true, alpha, beta);
  }

  /** The same memory as {@code [n, b]} in Fortran order, whatever b and n are. */
  private static INDArray columns(INDArray rows) {
    return Nd4j.create(
        rows.data(),
        new long[] {rows.size(1), rows.size(0)},
        new long[] {1, rows.size(1)},
        rows.offset(),
        'f');
  }
}
