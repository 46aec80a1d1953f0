package dev.strata.executor.rbm;

import dev.strata.executor.kernels.CenteredRows;
import dev.strata.executor.kernels.ColumnMeans;
import dev.strata.executor.kernels.OuterProduct;
import dev.strata.executor.kernels.Products;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The gradient from the units of a minibatch's rows and of chains, in the form that updates
 * subtract:
 *
 * <pre>
 * ∂W = mean over chains (v' h) - mean over rows (v' h)
 * ∂b = mean over chains (h)    - mean over rows (h)
 * ∂c = mean over chains (v)    - mean over rows (v)
 * </pre>
 *
 * <p>Where it is centred, it is the enhanced gradient (Cho, Raiko and Ilin, "Enhanced Gradient and
 * Adaptive Learning Rate for Training Restricted Boltzmann Machines", 2011; the centring of
 * Montavon and Müller 2012 at the same means). With μ and λ the means of visible and hidden units,
 * halfway between rows and chains:
 *
 * <pre>
 * ∂W ← ∂W - μ' ∂b - ∂c' λ      ∂b ← ∂b - μ ∂W      ∂c ← ∂c - λ ∂W'
 * </pre>
 *
 * <p>∂W is thereby the difference of covariances instead of products: units that are on in most
 * rows do not push all weights the same way. A machine whose visible unit is given as 1 - v and
 * whose parameters are changed to match gets the matching step.
 *
 * <p>Rows and chains lie one below the other in two factors, V {@code [b + c, n]} and H {@code [b +
 * c, m]}, less their means μ and λ where the gradient is centred; those of H are divided by c, or
 * by -b. So {@code ∂W = V' H} is one product, and {@code μ ∂W = (V μ')' H} reads no weights.
 */
final class Statistics {
  private final boolean centered;
  private INDArray visible;
  private INDArray hidden;

  Statistics(boolean centered) {
    this.centered = centered;
  }

  /**
   * Units of rows or of chains.
   *
   * @param visible {@code [count, n]} in C order
   * @param hidden {@code [count, m]} in C order
   */
  record Sides(INDArray visible, INDArray hidden) {
    long count() {
      return visible.size(0);
    }
  }

  /** Writes the gradient of the biases; that of the weights is the product returned. */
  OuterProduct write(RbmParameters gradient, Sides rows, Sides chains) {
    visible = gradient.rows(visible, rows.count() + chains.count(), gradient.inputs());
    hidden = gradient.rows(hidden, rows.count() + chains.count(), gradient.units());
    INDArray mu = means(rows.visible(), chains.visible(), gradient.visibleBias());
    INDArray lambda = means(rows.hidden(), chains.hidden(), gradient.hiddenBias());
    if (!centered) {
      mu.assign(0);
      lambda.assign(0);
    }
    CenteredRows.write(rows.visible(), mu, 1, visible, 0);
    CenteredRows.write(chains.visible(), mu, 1, visible, rows.count());
    CenteredRows.write(rows.hidden(), lambda, -1.0 / rows.count(), hidden, 0);
    CenteredRows.write(chains.hidden(), lambda, 1.0 / chains.count(), hidden, rows.count());
    if (centered) {
      subtractProduct(gradient.hiddenBias(), mu, visible, hidden);
      subtractProduct(gradient.visibleBias(), lambda, hidden, visible);
    }
    return new OuterProduct(visible, hidden, gradient.weights(), 0);
  }

  /** Writes the mean over chains less that over rows; returns what lies halfway between them. */
  private static INDArray means(INDArray rows, INDArray chains, INDArray difference) {
    INDArray halfway = difference.ulike();
    ColumnMeans.write(rows, chains, difference, halfway);
    return halfway;
  }

  /** {@code bias -= means left' right}. */
  private static void subtractProduct(
      INDArray bias, INDArray means, INDArray left, INDArray right) {
    // The transpose of rows in C order is a matrix in Fortran order, as weights are.
    INDArray ofRows = Nd4j.createUninitialized(bias.dataType(), 1, left.size(0));
    Products.forward(means, left.transpose(), ofRows);
    INDArray product = bias.ulike();
    Products.back(ofRows, right.transpose(), product);
    bias.subi(product);
  }
}
