package dev.strata.executor.step;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * Projects the incoming weights of each unit onto a ball after each update: {@code w · min(1, c /
 * ‖w‖)} (Srivastava et al. 2014, section 5.1, after Srebro and Shraibman 2005). A mean of workers'
 * weights stays in the ball.
 *
 * <p>DL4J's {@code MaxNormConstraint} also shrinks weights inside the ball, by 1e-6 a step.
 *
 * @param limit c, above 0
 * @param weights of a layer, a view
 * @param dimensions along which a unit's weights lie
 */
record MaxNorm(double limit, INDArray weights, int[] dimensions) implements StepPart {
  @Override
  public void end() {
    INDArray norms = weights.norm2(dimensions);
    INDArray factors = Nd4j.onesLike(norms).muli(limit).divi(norms);
    // A norm of 0 gives infinity, which is cut as every factor above 1 is.
    BooleanIndexing.replaceWhere(factors, 1, Conditions.greaterThan(1));
    if (factors.minNumber().doubleValue() < 1) {
      weights.muli(factors.reshape(broadcast()));
    }
  }

  /** The weights' shape with 1 along a unit's weights. */
  private long[] broadcast() {
    long[] shape = weights.shape().clone();
    for (int dimension : dimensions) {
      shape[dimension] = 1;
    }
    return shape;
  }
}
