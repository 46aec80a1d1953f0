package dev.strata.executor.unlabelled;

import dev.strata.executor.augmentation.AugmentedRows;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The target is the output for the row as it is; the network is trained on a corrupted copy, a
 * function of (seed, number of the row, step), or on the row itself, with dropout.
 */
final class StableOutputs implements Targets {
  private final UnaryOperator<INDArray> output;
  private final Optional<AugmentedRows> copies;

  /**
   * @param output rows to probabilities {@code [u, C]}, without dropout
   * @param copies of float32 rows; empty: rows stay as they are
   */
  StableOutputs(UnaryOperator<INDArray> output, Optional<AugmentedRows> copies) {
    this.output = output;
    this.copies = copies;
  }

  @Override
  public Guess of(INDArray rows, long[] numbers, long step) {
    INDArray inputs = copies.map(own -> own.of(rows, numbers, (int) step)).orElse(rows);
    return new Guess(inputs, output.apply(rows), null);
  }
}
