package dev.strata.executor.device;

import dev.strata.executor.accelerator.AcceleratorPort;
import dev.strata.executor.accelerator.UnfitDeviceException;
import dev.strata.executor.cuda.CudaEngine;
import dev.strata.executor.device.Device.Backend;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * GPUs beside ND4J's CPU backend: learners that have a form for an accelerator take their steps
 * there; everything else, such as measuring, is computed on the CPU by a task that holds a GPU.
 */
final class AcceleratorDevices implements DevicePort {
  private static final AcceleratorPort PORT = new CudaEngine();

  private final AcceleratorPort port;
  private final Backend backend;
  private final Supplier<Optional<String>> obstacle;

  private AcceleratorDevices(
      AcceleratorPort port, Backend backend, Supplier<Optional<String>> obstacle) {
    this.port = port;
    this.backend = backend;
    this.obstacle = obstacle;
  }

  /**
   * For the steps of a learner.
   *
   * @param obstacle why an accelerator cannot take them; empty where it can
   */
  static DevicePort ofSteps(AcceleratorPort port, Supplier<Optional<String>> obstacle) {
    return new AcceleratorDevices(port, Backend.ACCELERATOR, obstacle);
  }

  /** For all else. */
  static DevicePort ofOtherWork(AcceleratorPort port) {
    return new AcceleratorDevices(port, Backend.CPU, Optional::empty);
  }

  /** GPUs of NVIDIA. */
  static AcceleratorPort port() {
    return PORT;
  }

  @Override
  public Device bind(String address) throws UnfitDeviceException {
    Optional<String> reason = obstacle.get();
    if (reason.isPresent()) {
      throw new UnfitDeviceException(
          reason.get(), "settings without it (docs/operations.md lists what a GPU trains)");
    }
    check(address);
    Nd4jBackends.useCpu();
    return new Device(address, backend);
  }

  @Override
  public void check(String address) throws UnfitDeviceException {
    port.check(address);
  }
}
