package dev.strata.driver.imports;

import dev.strata.executor.preprocess.Scaling;
import java.util.Collections;
import java.util.List;

/**
 * What a file says is done to the numbers of a row before the network takes them: {@code (x -
 * shift) / divisor}.
 *
 * @param scaling {@link Scaling#STANDARD}, {@link Scaling#MIN_MAX}, or {@link Scaling#DIVIDE_BY}
 * @param shift one a number of the row
 * @param divisor likewise; above 0
 * @param same whether the one shift and divisor are those of every number
 */
record RowScaling(Scaling scaling, List<Double> shift, List<Double> divisor, boolean same) {
  /** The same for rows of {@code width} numbers. */
  RowScaling wide(int width) {
    return same
        ? new RowScaling(
            scaling,
            Collections.nCopies(width, shift.get(0)),
            Collections.nCopies(width, divisor.get(0)),
            true)
        : this;
  }
}
