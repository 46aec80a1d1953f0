package dev.strata.executor.unlabelled;

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
}
