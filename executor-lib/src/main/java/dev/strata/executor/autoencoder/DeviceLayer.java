package dev.strata.executor.autoencoder;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.Function;
import dev.strata.executor.accelerator.WeightMatrix;

/**
 * {@link AffineLayer} on an accelerator.
 *
 * @param weights of a tied decoder those of its encoder, so that it takes {@code out} numbers and
 *     gives {@code in}
 * @param transposed whether this is a tied decoder
 */
record DeviceLayer(
    Accelerator accelerator,
    WeightMatrix weights,
    DeviceArray bias,
    DeviceArray biasGradient,
    Function activation,
    boolean transposed) {
  /** Of each row of the output. */
  int units() {
    return transposed ? weights.in() : weights.out();
  }

  void product(DeviceArray rows, DeviceArray into, int b) {
    if (transposed) {
      weights.back(rows, into, b);
    } else {
      weights.forward(rows, into, b);
    }
  }

  void gradient(DeviceArray rows, DeviceArray delta, int b) {
    weights.addProducts(rows, delta, b, 1, 0);
  }

  void gradientOfBias(DeviceArray delta, int b) {
    accelerator.sumRows(delta, biasGradient, b, units(), 1, 0);
  }

  void back(DeviceArray delta, DeviceArray into, int b) {
    if (transposed) {
      weights.forward(delta, into, b);
    } else {
      weights.back(delta, into, b);
    }
  }

  /**
   * Adds the gradient of {@code l2/2 Σ w²}, and that term to the loss.
   *
   * @param rows for which the loss is summed
   */
  void decay(double l2, int rows) {
    accelerator.decay(weights.gradient(), weights.values(), (float) l2, rows * l2 / 2);
  }
}
