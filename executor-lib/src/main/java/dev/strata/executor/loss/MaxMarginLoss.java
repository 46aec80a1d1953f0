package dev.strata.executor.loss;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Ranks good rows above bad ones by a margin (Collobert et al. 2011, "Natural Language Processing
 * (almost) from Scratch", equation 17): the mean over all pairs of
 *
 * <pre>max(0, margin − s(good) + s(bad))</pre>
 *
 * <p>Rows come in groups of 1 + k: a good one, then its k bad ones; with k = 1 a pair is the rows
 * 2i and 2i + 1. Each bad row makes a pair with the good one of its group. Outputs are scores,
 * {@code [b, 1]}; labels are not read, but DL4J wants some.
 *
 * <p>DL4J divides gradients and scores by the number of rows b, which is (1 + k) / k times the
 * number of pairs. The sum over rows is therefore made (1 + k) / k times the sum over pairs: a bad
 * row counts its own pair, a good row the mean of its group's. Where a margin is met, loss and
 * gradient of the pair are exactly 0.
 */
public final class MaxMarginLoss extends RowLoss {
  private static final long serialVersionUID = 1L;

  private final double margin;
  private final int badPerGood;

  /**
   * @param margin above 0
   * @param badPerGood k, at least 1
   */
  public MaxMarginLoss(double margin, int badPerGood) {
    if (!(margin > 0) || Double.isInfinite(margin) || badPerGood < 1) {
      throw new IllegalArgumentException("margin " + margin + ", " + badPerGood + " bad rows");
    }
    this.margin = margin;
    this.badPerGood = badPerGood;
  }

  /** Of one pair. */
  public static double ofPair(double margin, double good, double bad) {
    return Math.max(0, margin - good + bad);
  }

  @Override
  double[] losses(INDArray labels, INDArray outputs) {
    double[] scores = scores(outputs);
    double[] losses = new double[scores.length];
    for (int good = 0; good < scores.length; good += 1 + badPerGood) {
      double group = 0;
      for (int bad = good + 1; bad <= good + badPerGood; bad++) {
        losses[bad] = ofPair(margin, scores[good], scores[bad]);
        group += losses[bad];
      }
      losses[good] = group / badPerGood;
    }
    return losses;
  }

  @Override
  double[] gradient(INDArray labels, INDArray outputs) {
    double[] scores = scores(outputs);
    double[] gradient = new double[scores.length];
    double scale = (1.0 + badPerGood) / badPerGood;
    for (int good = 0; good < scores.length; good += 1 + badPerGood) {
      for (int bad = good + 1; bad <= good + badPerGood; bad++) {
        if (ofPair(margin, scores[good], scores[bad]) > 0) {
          gradient[good] -= scale;
          gradient[bad] = scale;
        }
      }
    }
    return gradient;
  }

  @Override
  public String name() {
    return "MaxMargin(" + margin + ")";
  }

  private double[] scores(INDArray outputs) {
    if (outputs.length() != outputs.size(0) || outputs.size(0) % (1 + badPerGood) != 0) {
      throw new IllegalArgumentException(
          outputs.shapeInfoToString() + " is no column of groups of " + (1 + badPerGood));
    }
    return outputs.toDoubleVector();
  }
}
