package dev.strata.executor.learner;

import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.DrawnNumbers;

/** {@link HiddenPass} on an accelerator. */
interface DeviceHidden {
  /**
   * The layer's output, which is not overwritten before {@link #back}.
   *
   * @param rows {@code [b, in]}
   */
  DeviceArray forward(DeviceArray rows, int b, DrawnNumbers random);

  /**
   * Writes the layer's gradient, summed over rows.
   *
   * @param epsilon with regard to the output, overwritten
   * @param further whether a layer below learns
   * @return with regard to the rows; null where none learns
   */
  DeviceArray back(DeviceArray epsilon, int b, boolean further);
}
