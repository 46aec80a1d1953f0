package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.DrawnNumbers;
import dev.strata.executor.accelerator.WeightMatrix;
import java.util.Optional;

/** {@link AffineMap} on an accelerator, and dropout of its rows where the layer has it. */
final class DeviceAffine {
  private final Accelerator accelerator;
  private final WeightMatrix weights;
  private final DeviceArray bias;
  private final DeviceArray biasGradient;
  private final Optional<DeviceDropout> dropout;
  private final RowBuffers products;
  private final RowBuffers epsilons;
  private DeviceArray input;

  DeviceAffine(
      WeightMatrix weights,
      DeviceArray bias,
      DeviceArray biasGradient,
      Optional<DeviceDropout> dropout) {
    this.accelerator = weights.accelerator();
    this.weights = weights;
    this.bias = bias;
    this.biasGradient = biasGradient;
    this.dropout = dropout;
    this.products = new RowBuffers(accelerator, weights.out());
    this.epsilons = new RowBuffers(accelerator, weights.in());
  }

  int units() {
    return weights.out();
  }

  /** {@code [out]}. */
  DeviceArray bias() {
    return bias;
  }

  /** {@code x W}, {@code [b, out]}, the same array each time. */
  DeviceArray product(DeviceArray rows, int b, DrawnNumbers random) {
    input = dropout.isPresent() ? dropout.get().forward(rows, b, random) : rows;
    DeviceArray product = products.of(b);
    weights.forward(input, product, b);
    return product;
  }

  /**
   * Writes the gradient, summed over rows.
   *
   * @param delta with regard to the product
   * @return with regard to the rows; null where no layer below learns
   */
  DeviceArray back(DeviceArray delta, int b, boolean further) {
    weights.addProducts(input, delta, b, 1, 0);
    accelerator.sumRows(delta, biasGradient, b, weights.out(), 1, 0);
    if (!further) {
      return null;
    }
    DeviceArray epsilon = epsilons.of(b);
    weights.back(delta, epsilon, b);
    return dropout.isPresent() ? dropout.get().back(epsilon, b, true) : epsilon;
  }
}
