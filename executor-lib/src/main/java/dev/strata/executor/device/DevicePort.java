package dev.strata.executor.device;

import dev.strata.executor.accelerator.UnfitDeviceException;

/** A kind of device that ND4J can compute on. */
interface DevicePort {
  /**
   * Binds the calling thread to a device, before the thread makes its first array.
   *
   * @param address as Spark gave it; empty where it gave none
   * @throws UnfitDeviceException if ND4J cannot compute there
   */
  Device bind(String address) throws UnfitDeviceException;

  /**
   * Whether ND4J could compute there; starts nothing.
   *
   * @throws UnfitDeviceException if it could not
   */
  void check(String address) throws UnfitDeviceException;
}
