package dev.strata.executor.auxiliary;

import dev.strata.executor.loss.MaxMarginLoss;
import java.io.Serializable;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;

/**
 * Training objective of a row's score, with k bad copies per good row. The saved network gives the
 * score itself, by an identity output; the objective is put on it for training alone.
 */
public sealed interface Objective extends Serializable {
  /** k, at least 1. */
  int badPerGood();

  /** Puts activation and loss for training on the layer that gives the score. */
  void install(BaseOutputLayer score);

  /** Mean loss of one good row with its bad copies, of their scores. */
  double loss(double good, double[] bad);

  /**
   * Good or bad is a class: the binary cross-entropy of 1 / (1 + e^−score), a good row being of
   * class 1; the mean over all rows.
   */
  record GoodOrBad(int badPerGood) implements Objective {
    @Override
    public void install(BaseOutputLayer score) {
      score.setActivationFn(new ActivationSigmoid());
      score.setLossFn(new LossBinaryXENT());
    }

    @Override
    public double loss(double good, double[] bad) {
      double sum = softplus(-good);
      for (double each : bad) {
        sum += softplus(each);
      }
      return sum / (1 + bad.length);
    }

    /** log(1 + e^x) without overflow. */
    private static double softplus(double x) {
      return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
  }

  /** Good above bad, by a margin: {@link MaxMarginLoss}; the mean over pairs. */
  record MaxMargin(int badPerGood, double margin) implements Objective {
    @Override
    public void install(BaseOutputLayer score) {
      score.setLossFn(new MaxMarginLoss(margin, badPerGood));
    }

    @Override
    public double loss(double good, double[] bad) {
      double sum = 0;
      for (double each : bad) {
        sum += MaxMarginLoss.ofPair(margin, good, each);
      }
      return sum / bad.length;
    }
  }
}
