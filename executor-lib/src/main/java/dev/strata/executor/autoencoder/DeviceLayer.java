package dev.strata.executor.autoencoder;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.Function;

/**
 * {@link AffineLayer} on an accelerator.
 *
 * @param weights {@code [in, out]} in Fortran order; of a tied decoder those of its encoder, so
 *     that it takes {@code out} numbers and gives {@code in}
 * @param transposed whether this is a tied decoder
 */
record DeviceLayer(
    Accelerator accelerator,
    Weights weights,
    DeviceArray bias,
    DeviceArray biasGradient,
    Function activation,
    boolean transposed) {
  /** A matrix and its gradient. */
  record Weights(DeviceArray values, DeviceArray gradient, int in, int out) {}

  /** Of each row of the output. */
  int units() {
    return transposed ? weights.in : weights.out;
  }

  void product(DeviceArray rows, DeviceArray into, int b) {
    multiply(rows, into, b, transposed);
  }

  void gradient(DeviceArray rows, DeviceArray delta, int b) {
    accelerator.outer(rows, delta, weights.gradient, b, weights.in, weights.out, 1, 0);
  }

  void gradientOfBias(DeviceArray delta, int b) {
    accelerator.sumRows(delta, biasGradient, b, units(), 1, 0);
  }

  void back(DeviceArray delta, DeviceArray into, int b) {
    multiply(delta, into, b, !transposed);
  }

  private void multiply(DeviceArray rows, DeviceArray into, int b, boolean byTranspose) {
    if (byTranspose) {
      accelerator.back(rows, weights.values, into, b, weights.in, weights.out);
    } else {
      accelerator.forward(rows, weights.values, into, b, weights.in, weights.out);
    }
  }

  /**
   * Adds the gradient of {@code l2/2 Σ w²}, and that term to the loss.
   *
   * @param rows for which the loss is summed
   */
  void decay(double l2, int rows) {
    accelerator.decay(weights.gradient, weights.values, (float) l2, rows * l2 / 2);
  }
}
