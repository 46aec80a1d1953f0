package dev.strata.executor.learner;

import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Forward and backward pass of one hidden dense layer, {@code a = f(x W + b)}, x {@code [b, in]}, W
 * {@code [in, out]}, with dropout of x where the layer has one.
 */
final class DensePass implements HiddenPass {
  private final Optional<DropoutPass> dropout;
  private final AffineMap affine;
  private final IActivation activation;
  private final boolean signSuffices;
  private INDArray input;
  private INDArray preActivation;

  DensePass(Layer layer, LayerWorkspaceMgr memory) {
    dropout = DropoutPass.of(layer, memory);
    affine = new AffineMap(layer);
    activation = ((BaseLayer) layer.conf().getLayer()).getActivationFn();
    signSuffices = isPlainRelu(activation);
  }

  @Override
  public Map<String, INDArray> views() {
    return affine.views();
  }

  @Override
  public INDArray forward(INDArray rows) {
    input = dropout.isPresent() ? dropout.get().forward(rows) : rows;
    preActivation = affine.apply(input);
    // Most activations overwrite their argument. Going back needs it unchanged, but for the plain
    // rectifier, whose derivative is 1 where z > 0, that is where max(z, 0) > 0.
    return activation.getActivation(signSuffices ? preActivation : preActivation.dup(), true);
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    INDArray delta = delta(epsilon);
    affine.gradient(input, delta);
    input = null;
    preActivation = null;
    INDArray below = further ? affine.transposed(delta) : null;
    return dropout.isPresent() ? dropout.get().back(below, further) : below;
  }

  private INDArray delta(INDArray epsilon) {
    if (signSuffices && RectifierBackprop.accepts(preActivation, epsilon)) {
      // The activations, which nobody needs any more: the layer behind has taken its gradient.
      RectifierBackprop.apply(preActivation, epsilon);
      return preActivation;
    }
    return activation.backprop(preActivation, epsilon).getFirst();
  }

  private static boolean isPlainRelu(IActivation activation) {
    return activation.getClass() == ActivationReLU.class
        && ((ActivationReLU) activation).getMax() == null
        && ((ActivationReLU) activation).getThreshold() == null
        && ((ActivationReLU) activation).getNegativeSlope() == null;
  }
}
