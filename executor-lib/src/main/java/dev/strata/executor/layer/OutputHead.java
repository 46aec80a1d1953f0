package dev.strata.executor.layer;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Activation and loss function of a network's output layer, for outputs that are given. */
public final class OutputHead {
  /** To which DL4J clips probabilities before it takes their logarithm. */
  private static final double LEAST = 1e-10;

  private final FeedForwardLayer layer;
  private final ILossFunction loss;

  private OutputHead(FeedForwardLayer layer, ILossFunction loss) {
    this.layer = layer;
    this.loss = loss;
  }

  /** Of a network that ends in a layer with a loss, as all that are trained on labels do. */
  public static OutputHead of(Model model) {
    var top =
        model instanceof MultiLayerNetwork network
            ? network.getOutputLayer()
            : ((ComputationGraph) model).getOutputLayer(0);
    var layer = top.conf().getLayer();
    if (layer instanceof LossLayer own) {
      return new OutputHead(own, own.getLossFn());
    }
    return new OutputHead((BaseOutputLayer) layer, ((BaseOutputLayer) layer).getLossFn());
  }

  /** Whether an output is a distribution over classes, by its activation. */
  public boolean givesDistribution() {
    return layer.getActivationFn() instanceof ActivationSoftmax;
  }

  /**
   * The loss of each row at given outputs, without regularisation and without weights.
   *
   * @param outputs {@code [b, width]}, as the layer puts them out
   * @param labels of the same shape
   */
  public double[] losses(INDArray outputs, INDArray labels) {
    INDArray given = outputs.dup('c');
    if (givesDistribution()) {
      BooleanIndexing.replaceWhere(given, LEAST, Conditions.lessThan(LEAST));
    }
    return loss.computeScoreArray(labels, given, new ActivationIdentity(), null)
        .dup('c')
        .data()
        .asDouble();
  }
}
