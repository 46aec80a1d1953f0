package dev.strata.executor.loss;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * One loss for the first rows of a minibatch, another one for the rest. It stands in for the loss
 * of a learner's network while it trains; masks are refused.
 */
public final class TwoPartLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  private final ILossFunction first;
  private final ILossFunction rest;

  /** Rows of the first loss in the minibatch that comes next: all, until something else is set. */
  private transient int count = Integer.MAX_VALUE;

  public TwoPartLoss(ILossFunction first, ILossFunction rest) {
    this.first = first;
    this.rest = rest;
  }

  /** How many rows of the next minibatch have the first loss; the others have the other one. */
  public void first(int rows) {
    count = rows;
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
    double sum = computeScoreArray(labels, z, activation, mask).sumNumber().doubleValue();
    return average ? sum / labels.size(0) : sum;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray z, IActivation activation, INDArray mask) {
    return joined(
        labels,
        z,
        mask,
        (loss, y, part) -> column(loss.computeScoreArray(y, part, activation, null)));
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray z, IActivation activation, INDArray mask) {
    return joined(
        labels, z, mask, (loss, y, part) -> loss.computeGradient(y, part, activation, null));
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
    double score = computeScore(labels, z, activation, mask, average);
    return Pair.of(score, computeGradient(labels, z, activation, mask));
  }

  /** What one of the losses makes of its rows, one below the other. */
  @FunctionalInterface
  private interface Part {
    INDArray of(ILossFunction loss, INDArray labels, INDArray z);
  }

  private INDArray joined(INDArray labels, INDArray z, INDArray mask, Part part) {
    if (mask != null) {
      throw new IllegalArgumentException("rows of this loss cannot be masked");
    }
    long rows = labels.size(0);
    if (count >= rows) {
      return part.of(first, labels, z.dup('c'));
    }
    INDArray above = part.of(first, rows(labels, 0, count), rows(z, 0, count));
    INDArray below = part.of(rest, rows(labels, count, rows), rows(z, count, rows));
    return Nd4j.concat(0, above, below);
  }

  /** Losses may overwrite z. */
  private static INDArray rows(INDArray array, long from, long to) {
    return array.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).dup('c');
  }

  private static INDArray column(INDArray scores) {
    return scores.reshape('c', scores.length(), 1);
  }

  @Override
  public String name() {
    return "TwoPart(" + first.name() + ", " + rest.name() + ")";
  }
}
