package dev.strata.executor.unlabelled;

import dev.strata.executor.augmentation.AugmentedRows;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The class of the highest probability is taken for the label, where it is probable enough. The
 * network is trained on the row itself or on a corrupted copy, a function of (seed, number of the
 * row, step).
 */
final class PseudoLabels implements Targets {
  private final UnaryOperator<INDArray> output;
  private final double threshold;
  private final Optional<AugmentedRows> copies;

  /**
   * @param output rows to probabilities {@code [u, C]}, without dropout
   * @param copies of float32 rows; empty: rows stay as they are
   */
  PseudoLabels(UnaryOperator<INDArray> output, double threshold, Optional<AugmentedRows> copies) {
    this.output = output;
    this.threshold = threshold;
    this.copies = copies;
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
    INDArray inputs = copies.map(own -> own.of(rows, numbers, (int) step)).orElse(rows);
    return new Guess(inputs, labels, weights);
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
