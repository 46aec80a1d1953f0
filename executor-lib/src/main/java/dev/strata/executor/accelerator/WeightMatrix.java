package dev.strata.executor.accelerator;

/**
 * Weights of a dense layer and their gradient.
 *
 * @param values {@code [in, out]} in Fortran order
 * @param gradient likewise
 */
public record WeightMatrix(
    Accelerator accelerator, DeviceArray values, DeviceArray gradient, int in, int out) {
  /** {@code into = rows W}: {@code [b, in]} to {@code [b, out]}. */
  public void forward(DeviceArray rows, DeviceArray into, int b) {
    accelerator.forward(rows, values, into, b, in, out);
  }

  /** {@code into = rows W'}: {@code [b, out]} to {@code [b, in]}. */
  public void back(DeviceArray rows, DeviceArray into, int b) {
    accelerator.back(rows, values, into, b, in, out);
  }

  /** {@code gradient = alpha left' right + beta gradient}. */
  public void addProducts(DeviceArray left, DeviceArray right, int b, float alpha, float beta) {
    accelerator.outer(left, right, gradient, b, in, out, alpha, beta);
  }
}
