package dev.strata.executor.autoencoder;

import dev.strata.executor.kernels.FlatSteps;
import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.Products;
import dev.strata.executor.kernels.Sums;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One dense layer on views of a learner's flat vectors.
 *
 * @param weights {@code [inputs, units]} in Fortran order; of a tied decoder those of its encoder,
 *     {@code [units, inputs]}
 * @param bias {@code [1, units]}
 * @param transposed whether this is a tied decoder, which adds its weights' gradient to what its
 *     encoder writes later
 */
record AffineLayer(
    INDArray weights,
    INDArray bias,
    INDArray weightGradient,
    INDArray biasGradient,
    Nonlinearity activation,
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
   * Writes the gradient.
   *
   * @param delta with regard to the pre-activations
   * @param beta 1 to add to the weights' gradient that is there, else 0
   */
  void gradient(INDArray rows, INDArray delta, double beta) {
    Sums.ofRows(delta, biasGradient);
    if (transposed) {
      Products.outer(delta, rows, weightGradient, 1, beta);
    } else {
      Products.outer(rows, delta, weightGradient, 1, beta);
    }
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
