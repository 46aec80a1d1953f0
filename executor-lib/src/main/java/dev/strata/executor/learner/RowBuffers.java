package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import java.util.HashMap;
import java.util.Map;

/** Rows of one width on an accelerator, allocated once for each number of them. */
final class RowBuffers {
  private final Accelerator accelerator;
  private final int width;
  private final Map<Integer, DeviceArray> arrays = new HashMap<>();

  RowBuffers(Accelerator accelerator, int width) {
    this.accelerator = accelerator;
    this.width = width;
  }

  int width() {
    return width;
  }

  /** {@code [b, width]}, the same array each time. */
  DeviceArray of(int b) {
    return arrays.computeIfAbsent(b, rows -> accelerator.allocate((long) rows * width));
  }
}
