package dev.strata.executor.unlabelled;

import dev.strata.executor.augmentation.AugmentedRows;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes the rows that a network is trained on of unlabelled ones, with targets. For one thread. */
interface Targets {
  /**
   * Rows with targets; the arrays are valid until the next call.
   *
   * @param inputs {@code [u, rowShape…]}
   * @param labels distributions over the classes, {@code [u, C]}
   * @param weights 0 or 1, {@code [u, 1]}; null where all are 1
   */
  record Guess(INDArray inputs, INDArray labels, INDArray weights) {}

  /**
   * @param rows {@code [u, rowShape…]}, left as they are
   * @param numbers of the rows: what random numbers are drawn by
   * @param step counted over the whole training: the same row has others each time
   */
  Guess of(INDArray rows, long[] numbers, long step);

  /**
   * The same targets, for corrupted copies of the rows: each a function of (seed, number of the
   * row, step).
   *
   * @param copies of float32 rows
   */
  default Targets ofCopies(AugmentedRows copies) {
    return (rows, numbers, step) -> {
      Guess guess = of(rows, numbers, step);
      return new Guess(copies.of(rows, numbers, (int) step), guess.labels(), guess.weights());
    };
  }
}
