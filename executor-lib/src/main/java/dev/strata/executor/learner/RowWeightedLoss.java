package dev.strata.executor.learner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Another loss with each row's loss multiplied by the row's weight: L = Σᵢ wᵢ·lᵢ, and so ∂L/∂zᵢ =
 * wᵢ·∂lᵢ/∂zᵢ.
 *
 * <p>DL4J's own way to weigh rows, a mask of the labels, also multiplies the output layer's z by
 * the weight, which is right for weights 0 and 1 only. This stands in for the loss in a learner's
 * network while it trains; what is saved is made of the stock configuration and never has it.
 * Without weights it is the other loss, bit for bit.
 */
final class RowWeightedLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  private final ILossFunction loss;

  /** {@code [b, 1]}, or null where all rows weigh 1. */
  private transient INDArray weights;

  RowWeightedLoss(ILossFunction loss) {
    this.loss = loss;
  }

  /**
   * Puts itself before the losses of a network's output layers; empty where none can be weighted.
   */
  static List<RowWeightedLoss> install(Layer[] layers) {
    List<RowWeightedLoss> installed = new ArrayList<>();
    for (Layer layer : layers) {
      if (layer.conf().getLayer() instanceof BaseOutputLayer output) {
        output.setLossFn(added(output.getLossFn(), installed));
      } else if (layer.conf().getLayer() instanceof LossLayer output) {
        output.setLossFn(added(output.getLossFn(), installed));
      }
    }
    return installed;
  }

  private static RowWeightedLoss added(ILossFunction loss, List<RowWeightedLoss> installed) {
    RowWeightedLoss weighted = new RowWeightedLoss(loss);
    installed.add(weighted);
    return weighted;
  }

  /** Weights of the rows that come next, or null. */
  void weights(INDArray rows) {
    this.weights = rows;
  }

  Optional<INDArray> weights() {
    return Optional.ofNullable(weights);
  }

  /** The loss of one row. */
  ILossFunction stock() {
    return loss;
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
    if (weights == null) {
      return loss.computeScore(labels, z, activation, mask, average);
    }
    double sum = computeScoreArray(labels, z, activation, mask).sumNumber().doubleValue();
    return average ? sum / labels.size(0) : sum;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray z, IActivation activation, INDArray mask) {
    INDArray scores = loss.computeScoreArray(labels, z, activation, mask);
    return weights == null ? scores : scores.reshape(weights.shape()).mul(weights);
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray z, IActivation activation, INDArray mask) {
    INDArray gradient = loss.computeGradient(labels, z, activation, mask);
    return weights == null ? gradient : gradient.muliColumnVector(weights);
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
    double score = computeScore(labels, z.dup(), activation, mask, average);
    return Pair.of(score, computeGradient(labels, z, activation, mask));
  }

  @Override
  public String name() {
    return "RowWeighted(" + loss.name() + ")";
  }
}
