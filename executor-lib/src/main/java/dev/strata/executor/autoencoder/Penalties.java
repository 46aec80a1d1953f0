package dev.strata.executor.autoencoder;

import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.Sums;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What is added to the loss for the representation's sake: sparsity and contraction. */
record Penalties(Sparsity sparsity, double contraction, Nonlinearity activation) {
  /** Keeps the logarithms of mean activations 0 and 1 finite. */
  private static final double EDGE = 1e-7;

  /**
   * KL of the target and the mean activations.
   *
   * @param h the representation, {@code [b, units]}
   * @param epsilon gradient with regard to h, added to
   * @return the penalty of the minibatch
   */
  double sparsity(INDArray h, INDArray epsilon) {
    if (sparsity.weight() == 0) {
      return 0;
    }
    double target = sparsity.target();
    INDArray mean = h.mean(true, 0);
    mean = Transforms.min(Transforms.max(mean, EDGE), 1 - EDGE);
    INDArray others = mean.rsub(1);
    INDArray slope = others.rdiv(1 - target).subi(mean.rdiv(target));
    epsilon.addiRowVector(slope.muli(sparsity.weight() / h.size(0)));
    double entropy = target * Math.log(target) + (1 - target) * Math.log(1 - target);
    double cross =
        target * Transforms.log(mean, true).sumNumber().doubleValue()
            + (1 - target) * Transforms.log(others, true).sumNumber().doubleValue();
    return sparsity.weight() * (entropy * h.size(1) - cross);
  }

  /**
   * The mean over rows of λ ‖∂h/∂x‖² = λ Σⱼ f'(aⱼ)² ‖W·ⱼ‖², a the pre-activations.
   *
   * @param h the representation, {@code [b, units]}
   * @param delta gradient with regard to a, added to
   * @return the penalty of the minibatch
   */
  double contraction(INDArray h, AffineLayer layer, INDArray delta) {
    if (contraction == 0) {
      return 0;
    }
    double factor = contraction / h.size(0);
    INDArray lengths = Sums.ofColumnSquares(layer.weights());
    INDArray slope = activation.slope(h);
    delta.addi(activation.curvature(h).muli(slope).muliRowVector(lengths).muli(2 * factor));
    return factor * slope.muli(slope).sum(true, 0).mul(lengths).sumNumber().doubleValue();
  }

  /** Adds to the weights' gradient 2 λ/b w Σ f'², once that holds the rest of the gradient. */
  void contractionOfWeights(INDArray h, AffineLayer layer) {
    if (contraction == 0) {
      return;
    }
    INDArray slope = activation.slope(h);
    INDArray sums = slope.muli(slope).sum(true, 0).muli(2 * contraction / h.size(0));
    Sums.addScaledColumns(layer.weightGradient(), layer.weights(), sums);
  }
}
