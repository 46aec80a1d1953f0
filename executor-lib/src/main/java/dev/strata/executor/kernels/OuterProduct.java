package dev.strata.executor.kernels;

import dev.strata.executor.device.Blas;
import dev.strata.executor.device.Blas.Factor;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of a layer's weights as the product that it is, {@code left' right}. An update can
 * compute it in panels of columns, which stay in a cache, and never write it as a whole.
 *
 * @param left {@code [b, in]} in C order; must not change before the update
 * @param right {@code [b, out]} in C order; likewise
 * @param gradient {@code [in, out]} in Fortran order, a part of a flat gradient
 * @param at where that part begins
 */
public record OuterProduct(INDArray left, INDArray right, INDArray gradient, long at) {
  /** Elements of a panel, 384 KiB, if {@link #FEWEST_COLUMNS} are not more. */
  private static final int PANEL = 96 * 1024;

  private static final int FEWEST_COLUMNS = 32;

  /** Writes the whole product into the gradient. */
  public void write() {
    Products.outer(left, right, gradient, 1, 0);
  }

  /** Elements of the gradient. */
  public long length() {
    return gradient.length();
  }

  int inputs() {
    return (int) gradient.size(0);
  }

  int units() {
    return (int) gradient.size(1);
  }

  /** Columns of a panel. A product of at most one and a half panels is one panel. */
  int columns() {
    int columns = Math.max(FEWEST_COLUMNS, PANEL / inputs());
    return 2 * units() <= 3 * columns ? units() : columns;
  }

  /** Elements that a panel needs; 0 if it is the whole product, which has its place already. */
  public long panelLength() {
    return isWhole() ? 0 : (long) inputs() * columns();
  }

  /** Whether one panel is the whole product. */
  boolean isWhole() {
    return columns() == units();
  }

  /**
   * Writes columns of the product.
   *
   * @param into of {@link #panelLength} elements or more
   */
  void panel(int from, int columns, INDArray into) {
    Blas.multiply(
        inputs(),
        columns,
        left.size(0),
        1,
        new Factor(left, inputs(), false),
        new Factor(right, units(), true, from),
        0,
        into);
  }
}
