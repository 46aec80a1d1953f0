package dev.strata.executor.shard;

import java.io.Serializable;
import java.util.List;

/**
 * Scaling of stored elements on loading: {@code (x - shift) / divisor}, computed in float32.
 *
 * @param shift one value for all elements of a row, or one per element
 * @param divisor likewise; never zero
 */
public record LoadScaling(List<Float> shift, List<Float> divisor) implements Serializable {
  public LoadScaling {
    shift = List.copyOf(shift);
    divisor = List.copyOf(divisor);
  }
}
