package dev.strata.executor.unlabelled;

import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The target is the output for the row as it is. Training differs from it by dropout, or by a
 * corrupted copy of the row.
 *
 * @param output rows to probabilities {@code [u, C]}, without dropout
 */
record StableOutputs(UnaryOperator<INDArray> output) implements Targets {
  @Override
  public Guess of(INDArray rows, long[] numbers, long step) {
    return new Guess(rows, output.apply(rows), null);
  }
}
