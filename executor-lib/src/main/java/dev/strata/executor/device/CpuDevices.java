package dev.strata.executor.device;

import dev.strata.executor.accelerator.UnfitDeviceException;

/** ND4J's CPU backend. An address is kept, so that learners stay with it, and not used. */
final class CpuDevices implements DevicePort {
  @Override
  public Device bind(String address) throws UnfitDeviceException {
    Nd4jBackends.useCpu();
    return new Device(address, Device.Backend.CPU);
  }

  @Override
  public void check(String address) {}
}
