package dev.strata.executor.rbm;

import dev.strata.executor.kernels.Products;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns the gradient of a machine's usual parameters into the enhanced gradient (Cho, Raiko and
 * Ilin, "Enhanced Gradient and Adaptive Learning Rate for Training Restricted Boltzmann Machines",
 * 2011; the centring of Montavon and Müller 2012 at the same means). With μ and λ the means of
 * visible and hidden units, halfway between rows and chains:
 *
 * <pre>
 * ∂W ← ∂W - μ' ∂b - ∂c' λ      ∂b ← ∂b - μ ∂W      ∂c ← ∂c - λ ∂W'
 * </pre>
 *
 * <p>∂W is thereby the difference of covariances instead of products: units that are on in most
 * rows do not push all weights the same way. A machine whose visible unit is given as 1 - v and
 * whose parameters are changed to match gets the matching step.
 */
final class EnhancedGradient {
  private EnhancedGradient() {}

  /**
   * Changes the gradient in place.
   *
   * @param visible μ, {@code [1, n]}
   * @param hidden λ, {@code [1, m]}
   */
  static void of(RbmParameters gradient, INDArray visible, INDArray hidden) {
    // Both products of vectors as one of matrices of two rows.
    Products.outer(
        rows(visible, gradient.visibleBias()),
        rows(gradient.hiddenBias(), hidden),
        gradient.weights(),
        -1,
        1);
    INDArray ofHidden = hidden.ulike();
    Products.forward(visible, gradient.weights(), ofHidden);
    gradient.hiddenBias().subi(ofHidden);
    INDArray ofVisible = visible.ulike();
    Products.back(hidden, gradient.weights(), ofVisible);
    gradient.visibleBias().subi(ofVisible);
  }

  private static INDArray rows(INDArray first, INDArray second) {
    INDArray both = Nd4j.createUninitialized(first.dataType(), new long[] {2, first.length()}, 'c');
    both.getRow(0).assign(first.reshape(first.length()));
    both.getRow(1).assign(second.reshape(second.length()));
    return both;
  }
}
