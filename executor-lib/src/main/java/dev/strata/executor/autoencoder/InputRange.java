package dev.strata.executor.autoencoder;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.kernels.UnitInterval;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Cross-entropy takes inputs as probabilities. */
final class InputRange {
  private InputRange() {}

  /**
   * @param rows {@code [b, inputs]}
   * @throws StrataException (data) where a value is outside [0, 1]
   */
  static void check(INDArray rows) {
    UnitInterval.firstOutside(rows)
        .ifPresent(
            position -> {
              long inputs = rows.size(1);
              throw StrataException.data("the loss cross-entropy needs inputs in [0, 1]")
                  .key("data.scaling")
                  .row(position / inputs + " of a minibatch, input " + position % inputs)
                  .found(rows.getDouble(position))
                  .expected(
                      "data.scaling = min-max, or divide-by the largest value; or the loss"
                          + " squared-error")
                  .build();
            });
  }
}
