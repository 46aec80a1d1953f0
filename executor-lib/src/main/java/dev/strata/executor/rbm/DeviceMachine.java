package dev.strata.executor.rbm;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.learner.DeviceUpdate;

/** {@link RbmParameters} and their gradient on an accelerator. */
final class DeviceMachine {
  private final Accelerator accelerator;
  private final RbmParameters host;
  private final DeviceUpdate update;
  private final DeviceUnits visible;
  private final DeviceUnits hidden;

  DeviceMachine(RbmSettings settings, RbmParameters host, DeviceUpdate update) {
    this.accelerator = update.accelerator();
    this.host = host;
    this.update = update;
    this.hidden =
        new DeviceUnits(accelerator, Units.of(settings.hidden()), parameters(1), host.units());
    this.visible =
        new DeviceUnits(accelerator, Units.of(settings.visible()), parameters(2), host.inputs());
  }

  private DeviceArray parameters(int part) {
    return update.parameters(host.bounds()[part], host.bounds()[part + 1]);
  }

  private DeviceArray gradient(int part) {
    return update.gradient(host.bounds()[part], host.bounds()[part + 1]);
  }

  Accelerator accelerator() {
    return accelerator;
  }

  int inputs() {
    return host.inputs();
  }

  int units() {
    return host.units();
  }

  DeviceUnits visible() {
    return visible;
  }

  DeviceUnits hidden() {
    return hidden;
  }

  DeviceArray weights() {
    return parameters(0);
  }

  DeviceArray weightGradient() {
    return gradient(0);
  }

  DeviceArray hiddenGradient() {
    return gradient(1);
  }

  DeviceArray visibleGradient() {
    return gradient(2);
  }

  /** {@code into = v W}, without the bias. */
  void hiddenInput(DeviceArray rows, DeviceArray into, int b) {
    accelerator.forward(rows, weights(), into, b, host.inputs(), host.units());
  }

  /** {@code into = h W'}, without the bias. */
  void visibleInput(DeviceArray rows, DeviceArray into, int b) {
    accelerator.back(rows, weights(), into, b, host.inputs(), host.units());
  }

  /** {@code gradient = alpha visible' hidden + beta gradient}. */
  void addProducts(DeviceArray ofVisible, DeviceArray ofHidden, int b, float alpha, float beta) {
    accelerator.outer(
        ofVisible, ofHidden, weightGradient(), b, host.inputs(), host.units(), alpha, beta);
  }
}
