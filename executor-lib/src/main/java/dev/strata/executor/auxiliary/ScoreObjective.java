package dev.strata.executor.auxiliary;

import dev.strata.executor.loss.MaxMarginLoss;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;

/**
 * A row's score, by which good rows are told from bad copies. The saved network gives the score
 * itself, by an identity output.
 *
 * <p>Metrics: {@code loss}; {@code ranking-accuracy}, the share of pairs whose good row has the
 * higher score, equal ones counting half; of good-or-bad {@code accuracy}, the mean of the shares
 * of good rows and of bad rows that are taken for what they are.
 */
public sealed interface ScoreObjective extends Objective {
  /** Places of the sums. */
  int LOSS = 0;

  /** Pairs whose good row has the higher score. */
  int RANKED = 1;

  /** Good rows with a score above 0. */
  int GOOD_ABOVE = 2;

  /** Bad rows with a score of at most 0. */
  int BAD_BELOW = 3;

  /** Mean loss of one good row with its bad copies, of their scores. */
  double loss(double good, double[] bad);

  @Override
  default CopyExamples examples() {
    return CopyExamples.labelled(copies());
  }

  @Override
  default int sums() {
    return 4;
  }

  @Override
  default void measure(INDArray outputs, INDArray labels, double[] sums) {
    float[] scores = outputs.dup('c').data().asFloat();
    double[] bad = new double[copies()];
    for (int at = 0; at < scores.length; at += 1 + bad.length) {
      double good = scores[at];
      for (int i = 0; i < bad.length; i++) {
        bad[i] = scores[at + 1 + i];
        sums[RANKED] += good > bad[i] ? 1 : good == bad[i] ? 0.5 : 0;
        sums[BAD_BELOW] += bad[i] <= 0 ? 1 : 0;
      }
      sums[GOOD_ABOVE] += good > 0 ? 1 : 0;
      sums[LOSS] += loss(good, bad);
    }
  }

  @Override
  default Map<String, Double> metrics(double[] sums, long rows) {
    Map<String, Double> means = new TreeMap<>();
    means.put("loss", sums[LOSS] / rows);
    means.put("ranking-accuracy", sums[RANKED] / ((double) rows * copies()));
    return means;
  }

  /**
   * Good or bad is a class: the binary cross-entropy of 1 / (1 + e^−score), a good row being of
   * class 1; the mean over all rows.
   */
  record GoodOrBad(int copies) implements ScoreObjective {
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

    @Override
    public Map<String, Double> metrics(double[] sums, long rows) {
      Map<String, Double> means = ScoreObjective.super.metrics(sums, rows);
      means.put("accuracy", (sums[GOOD_ABOVE] + sums[BAD_BELOW] / copies) / (2.0 * rows));
      return means;
    }

    /** log(1 + e^x) without overflow. */
    private static double softplus(double x) {
      return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
  }

  /** Good above bad, by a margin: {@link MaxMarginLoss}; the mean over pairs. */
  record MaxMargin(int copies, double margin) implements ScoreObjective {
    @Override
    public void install(BaseOutputLayer score) {
      score.setLossFn(new MaxMarginLoss(margin, copies));
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
