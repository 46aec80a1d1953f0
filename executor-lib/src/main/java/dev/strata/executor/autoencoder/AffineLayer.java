package dev.strata.executor.autoencoder;

import dev.strata.executor.kernels.FlatSteps;
import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.OuterProduct;
import dev.strata.executor.kernels.Products;
import dev.strata.executor.kernels.Sums;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One dense layer on views of a learner's flat vectors.
 *
 * @param weights {@code [inputs, units]} in Fortran order; of a tied decoder those of its encoder,
 *     {@code [units, inputs]}
 * @param bias {@code [1, units]}
 * @param at where the weights begin in the flat vector
 * @param transposed whether this is a tied decoder
 */
record AffineLayer(
    INDArray weights,
    INDArray bias,
    INDArray weightGradient,
    INDArray biasGradient,
    Nonlinearity activation,
    long at,
    boolean transposed) {
  /** Without bias and activation: {@code [b, inputs]} to {@code [b, units]}. */
  void product(INDArray rows, INDArray into) {
    if (transposed) {
      Products.back(rows, weights, into);
    } else {
      Products.forward(rows, weights, into);
    }
  }

  /**
   * The gradient of the weights.
   *
   * @param delta with regard to the pre-activations
   */
  OuterProduct gradient(INDArray rows, INDArray delta) {
    return new OuterProduct(rows, delta, weightGradient, at);
  }

  /** Writes the gradient of the bias. */
  void gradientOfBias(INDArray delta) {
    Sums.ofRows(delta, biasGradient);
  }

  /** The gradient with regard to the rows. */
  void back(INDArray delta, INDArray into) {
    if (transposed) {
      Products.forward(delta, weights, into);
    } else {
      Products.back(delta, weights, into);
    }
  }

  /** Adds the gradient of {@code l2/2 Σ w²} and returns that term. */
  double decay(double l2) {
    return l2 / 2 * FlatSteps.decay(weightGradient, weights, l2);
  }
}
