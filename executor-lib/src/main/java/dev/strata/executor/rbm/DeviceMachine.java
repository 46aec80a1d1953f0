package dev.strata.executor.rbm;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.WeightMatrix;
import dev.strata.executor.learner.DeviceUpdate;

/** {@link RbmParameters} and their gradient on an accelerator. */
final class DeviceMachine {
  private final Accelerator accelerator;
  private final DeviceUpdate update;
  private final long[] bounds;
  private final WeightMatrix weights;
  private final DeviceUnits visible;
  private final DeviceUnits hidden;

  DeviceMachine(RbmSettings settings, RbmParameters host, DeviceUpdate update) {
    this.accelerator = update.accelerator();
    this.update = update;
    this.bounds = host.bounds();
    this.weights =
        new WeightMatrix(accelerator, parameters(0), gradient(0), host.inputs(), host.units());
    this.hidden =
        new DeviceUnits(accelerator, Units.of(settings.hidden()), parameters(1), host.units());
    this.visible =
        new DeviceUnits(accelerator, Units.of(settings.visible()), parameters(2), host.inputs());
  }

  private DeviceArray parameters(int part) {
    return update.parameters(bounds[part], bounds[part + 1]);
  }

  private DeviceArray gradient(int part) {
    return update.gradient(bounds[part], bounds[part + 1]);
  }

  Accelerator accelerator() {
    return accelerator;
  }

  /** {@code [n, m]}. */
  WeightMatrix weights() {
    return weights;
  }

  DeviceUnits visible() {
    return visible;
  }

  DeviceUnits hidden() {
    return hidden;
  }

  DeviceArray hiddenGradient() {
    return gradient(1);
  }

  DeviceArray visibleGradient() {
    return gradient(2);
  }
}
