package dev.strata.executor.unlabelled;

import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The class of the highest probability is taken for the label, where it is probable enough. */
final class PseudoLabels implements Targets {
  private final UnaryOperator<INDArray> output;
  private final double threshold;

  /**
   * @param output rows to probabilities {@code [u, C]}, without dropout
   */
  PseudoLabels(UnaryOperator<INDArray> output, double threshold) {
    this.output = output;
    this.threshold = threshold;
  }

  @Override
  public Guess of(INDArray rows, long[] numbers, long step) {
    INDArray probabilities = output.apply(rows);
    INDArray labels = probabilities.like();
    INDArray weights = probabilities.ulike().getColumns(0).dup('c');
    for (int i = 0; i < numbers.length; i++) {
      INDArray row = probabilities.getRow(i);
      int best = highest(row.toDoubleVector());
      labels.putScalar(i, best, 1);
      weights.putScalar(i, 0, row.getDouble(best) >= threshold ? 1 : 0);
    }
    return new Guess(rows, labels, weights);
  }

  /** Of equal ones the first. */
  private static int highest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
