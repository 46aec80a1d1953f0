package dev.strata.executor.rbm;

import dev.strata.executor.failure.StrataException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Binary visible units take probabilities. */
final class VisibleRange {
  /** What the rounding of a scaling to [0, 1] may exceed it by. */
  private static final double TOLERANCE = 1e-5;

  private VisibleRange() {}

  /**
   * @param data {@code [b, n]}
   * @throws StrataException (data) where a value is outside [0, 1]
   */
  static void check(INDArray data) {
    if (!isWithin(data.minNumber().doubleValue()) || !isWithin(data.maxNumber().doubleValue())) {
      for (long row = 0; row < data.size(0); row++) {
        for (long input = 0; input < data.size(1); input++) {
          if (!isWithin(data.getDouble(row, input))) {
            throw outside(data, row, input);
          }
        }
      }
    }
  }

  private static boolean isWithin(double value) {
    return value >= -TOLERANCE && value <= 1 + TOLERANCE;
  }

  private static StrataException outside(INDArray data, long row, long input) {
    return StrataException.data("binary visible units of an RBM take numbers in [0, 1] only")
        .key("data.scaling")
        .row(row + " of a minibatch, input " + input)
        .found(data.getDouble(row, input))
        .expected(
            "data.scaling = min-max, or divide-by the greatest value; or visible = gaussian with"
                + " data.scaling = standard")
        .build();
  }
}
