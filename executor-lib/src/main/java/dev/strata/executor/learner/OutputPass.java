package dev.strata.executor.learner;

import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Output layer and loss. */
final class OutputPass {
  private final Optional<DropoutPass> dropout;
  private final AffineMap affine;
  private final IActivation activation;
  private final ILossFunction loss;
  private double score;

  OutputPass(Layer layer, LayerWorkspaceMgr memory) {
    dropout = DropoutPass.of(layer, memory);
    affine = new AffineMap(layer);
    BaseOutputLayer configuration = (BaseOutputLayer) layer.conf().getLayer();
    activation = configuration.getActivationFn();
    loss = configuration.getLossFn();
  }

  Map<String, INDArray> views() {
    return affine.views();
  }

  /** Mean loss of the last minibatch without regularisation. */
  double score() {
    return score;
  }

  /**
   * Writes the layer's gradient and the score.
   *
   * @return the gradient with regard to the activations below, {@code [b, in]}, or null where
   *     nothing is before
   */
  INDArray forwardAndBack(INDArray activations, INDArray labels, boolean further) {
    INDArray rows = dropout.isPresent() ? dropout.get().forward(activations) : activations;
    INDArray preOutput = affine.apply(rows);
    // Gradients of losses may overwrite their argument, which the score needs too.
    INDArray delta = loss.computeGradient(labels, preOutput.dup(), activation, null);
    affine.gradient(rows, delta);
    INDArray epsilon = further ? affine.transposed(delta) : null;
    score = loss.computeScore(labels, preOutput, activation, null, false) / rows.size(0);
    return dropout.isPresent() ? dropout.get().back(epsilon, further) : epsilon;
  }
}
