package dev.strata.executor.learner;

import dev.strata.executor.kernels.Nonlinearity;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Forward and backward pass of one hidden dense layer, {@code a = f(x W + b)}, x {@code [b, in]}, W
 * {@code [in, out]}, with dropout of x and layer normalization of x W where the layer has them.
 */
final class DensePass implements HiddenPass {
  private final Optional<DropoutPass> dropout;
  private final AffineMap affine;
  private final Optional<LayerNorm> norm;
  private final IActivation activation;
  private final Optional<Nonlinearity> known;
  private INDArray input;

  /** f(z) where the derivative follows from it, else z. */
  private INDArray values;

  DensePass(Layer layer, LayerWorkspaceMgr memory) {
    dropout = DropoutPass.of(layer, memory);
    affine = new AffineMap(layer);
    norm =
        LayerNorm.isIn(layer)
            ? Optional.of(new LayerNorm(layer, affine.views()))
            : Optional.empty();
    activation = ((BaseLayer) layer.conf().getLayer()).getActivationFn();
    known = Nonlinearity.of(activation);
  }

  @Override
  public Map<String, INDArray> views() {
    return affine.views();
  }

  @Override
  public INDArray forward(INDArray rows) {
    input = AffineMap.rows(dropout.isPresent() ? dropout.get().forward(rows) : rows);
    values = affine.product(input);
    norm.ifPresent(each -> each.forward(values));
    if (known.isPresent()) {
      known.get().apply(values, affine.bias());
      return values;
    }
    values.addiRowVector(affine.bias());
    // Most activations overwrite their argument, which going back needs unchanged.
    return activation.getActivation(values.dup(), true);
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    INDArray delta = delta(epsilon);
    norm.ifPresent(each -> each.back(delta));
    affine.gradient(input, delta);
    input = null;
    values = null;
    INDArray below = further ? affine.back(delta) : null;
    return dropout.isPresent() ? dropout.get().back(below, further) : below;
  }

  /** Writes the gradient of the bias, too. */
  private INDArray delta(INDArray epsilon) {
    if (known.isPresent()) {
      INDArray delta = AffineMap.rows(epsilon);
      known.get().timesSlope(delta, values, affine.biasGradient());
      return delta;
    }
    INDArray delta = AffineMap.rows(activation.backprop(values, epsilon).getFirst());
    affine.sum(delta);
    return delta;
  }
}
