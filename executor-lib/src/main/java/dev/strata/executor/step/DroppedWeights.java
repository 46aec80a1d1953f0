package dev.strata.executor.step;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.BernoulliDistribution;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DropConnect (Wan et al. 2013): in a step each weight is 0 with probability 1 − p, else {@code w /
 * p}, so that the mean is what inference uses; its gradient is {@code m / p} times that with regard
 * to the dropped weight. One mask m for each minibatch.
 *
 * <p>DL4J's {@code DropConnect} neither divides by p nor multiplies the gradient by m.
 */
final class DroppedWeights implements StepPart {
  private final double kept;
  private final INDArray weights;
  private final INDArray gradient;
  private final INDArray mask;
  private final INDArray before;

  /**
   * @param kept p, in (0, 1)
   * @param weights a view
   * @param gradient the same view of the gradient
   */
  DroppedWeights(double kept, INDArray weights, INDArray gradient) {
    this.kept = kept;
    this.weights = weights;
    this.gradient = gradient;
    this.mask =
        Nd4j.createUninitializedDetached(weights.dataType(), weights.ordering(), weights.shape());
    this.before =
        Nd4j.createUninitializedDetached(weights.dataType(), weights.ordering(), weights.shape());
  }

  @Override
  public void begin() {
    before.assign(weights);
    Nd4j.getExecutioner().exec(new BernoulliDistribution(mask, kept));
    mask.divi(kept);
    weights.muli(mask);
  }

  @Override
  public void gradient(int rows) {
    weights.assign(before);
    gradient.muli(mask);
  }
}
