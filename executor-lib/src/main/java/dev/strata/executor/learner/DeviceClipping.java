package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.deeplearning4j.nn.conf.GradientNormalization;

/** What is done to large gradients, on an accelerator. */
final class DeviceClipping {
  private final Accelerator accelerator;
  private final DeviceArray gradient;

  /** Of the gradient's rows, one after the other. */
  private final List<IntConsumer> operations = new ArrayList<>();

  DeviceClipping(Accelerator accelerator, DeviceArray gradient) {
    this.accelerator = accelerator;
    this.gradient = gradient;
  }

  /** By the length of the whole gradient. */
  void global(double threshold) {
    operations.add(rows -> accelerator.clipLength(gradient, (float) threshold, false, rows));
  }

  /**
   * Of one layer.
   *
   * @param bounds of its parameters in the flat vector, ascending: parameter i is [bounds[i],
   *     bounds[i + 1])
   */
  void layer(GradientNormalization type, double threshold, long[] bounds) {
    DeviceArray whole = gradient.part(bounds[0], bounds[bounds.length - 1]);
    switch (type) {
      case None -> {}
      case ClipElementWiseAbsoluteValue ->
          operations.add(rows -> accelerator.clipValues(whole, (float) (threshold * rows)));
      case ClipL2PerLayer -> length(whole, threshold, false);
      case RenormalizeL2PerLayer -> length(whole, threshold, true);
      case ClipL2PerParamType, RenormalizeL2PerParamType -> {
        for (int i = 0; i + 1 < bounds.length; i++) {
          DeviceArray part = gradient.part(bounds[i], bounds[i + 1]);
          length(part, threshold, type == GradientNormalization.RenormalizeL2PerParamType);
        }
      }
    }
  }

  private void length(DeviceArray part, double threshold, boolean renormalize) {
    operations.add(rows -> accelerator.clipLength(part, (float) threshold, renormalize, rows));
  }

  /**
   * In place.
   *
   * @param rows that the gradient is the sum of; 1 where it is a mean already
   */
  void apply(int rows) {
    operations.forEach(operation -> operation.accept(rows));
  }
}
