package dev.strata.executor.loss;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A loss that is a function of a whole minibatch's outputs, computed in float64 and told as a loss
 * of each row: DL4J divides their sum, and the gradient of their sum, by the number of rows. Masks
 * are refused.
 */
abstract class RowLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  /**
   * @param outputs {@code [b, n]}, after the activation
   * @return of each row
   */
  abstract double[] losses(INDArray labels, INDArray outputs);

  /** Of the sum of {@link #losses} with regard to the outputs, row by row. */
  abstract double[] gradient(INDArray labels, INDArray outputs);

  @Override
  public final double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    double sum = 0;
    for (double row : losses(labels, outputs(preOutput, activation, mask))) {
      sum += row;
    }
    return average ? sum / preOutput.size(0) : sum;
  }

  @Override
  public final INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    double[] losses = losses(labels, outputs(preOutput, activation, mask));
    return Nd4j.createFromArray(losses).castTo(preOutput.dataType()).reshape(losses.length, 1);
  }

  @Override
  public final INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    double[] values = gradient(labels, outputs(preOutput, activation, mask));
    INDArray ofOutputs =
        Nd4j.createFromArray(values).castTo(preOutput.dataType()).reshape('c', preOutput.shape());
    return activation.backprop(preOutput, ofOutputs).getFirst();
  }

  @Override
  public final Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    double score = computeScore(labels, preOutput.dup(), activation, mask, average);
    return Pair.of(score, computeGradient(labels, preOutput, activation, mask));
  }

  private static INDArray outputs(INDArray preOutput, IActivation activation, INDArray mask) {
    if (mask != null) {
      throw new IllegalArgumentException("rows of this loss cannot be masked");
    }
    return activation.getActivation(preOutput.dup(), true);
  }
}
