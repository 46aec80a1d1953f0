package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.SoftmaxLoss;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Output layer and loss. */
final class OutputPass {
  private final Optional<DropoutPass> dropout;
  private final AffineMap affine;
  private final IActivation activation;
  private final ILossFunction loss;
  private final boolean softmax;
  private double score;

  OutputPass(Layer layer, LayerWorkspaceMgr memory) {
    dropout = DropoutPass.of(layer, memory);
    affine = new AffineMap(layer);
    BaseOutputLayer configuration = (BaseOutputLayer) layer.conf().getLayer();
    activation = configuration.getActivationFn();
    loss = configuration.getLossFn();
    softmax = isSoftmaxLoss();
  }

  /** Softmax and cross-entropy as DL4J has them by default. */
  private boolean isSoftmaxLoss() {
    ILossFunction stock = loss instanceof RowWeightedLoss weighted ? weighted.stock() : loss;
    return activation instanceof ActivationSoftmax && stock.equals(new LossMCXENT());
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
    INDArray rows =
        AffineMap.rows(dropout.isPresent() ? dropout.get().forward(activations) : activations);
    INDArray product = affine.product(rows);
    INDArray delta =
        softmax && FlatMemory.arePlain(product, affine.bias(), labels)
            ? softmax(product, labels)
            : other(product, labels);
    score /= rows.size(0);
    affine.gradient(rows, delta);
    INDArray epsilon = further ? affine.back(delta) : null;
    return dropout.isPresent() ? dropout.get().back(epsilon, further) : epsilon;
  }

  private INDArray softmax(INDArray product, INDArray labels) {
    Optional<INDArray> weights =
        loss instanceof RowWeightedLoss weighted ? weighted.weights() : Optional.empty();
    score = SoftmaxLoss.apply(product, affine.bias(), labels, weights, affine.biasGradient());
    return product;
  }

  private INDArray other(INDArray product, INDArray labels) {
    INDArray preOutput = product.addiRowVector(affine.bias());
    // Gradients of losses may overwrite their argument, which the score needs too.
    INDArray gradient = loss.computeGradient(labels, preOutput.dup(), activation, null);
    INDArray delta = AffineMap.rows(gradient);
    score = loss.computeScore(labels, preOutput, activation, null, false);
    affine.sum(delta);
    return delta;
  }
}
