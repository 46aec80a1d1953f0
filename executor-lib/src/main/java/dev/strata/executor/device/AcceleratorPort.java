package dev.strata.executor.device;

import dev.strata.executor.accelerator.Accelerator;

/**
 * A kind of accelerators. The one that a process has is found as a service: a class with a public
 * constructor without parameters, named in {@code META-INF/services} under this interface's name.
 */
public interface AcceleratorPort {
  /**
   * Whether there is an accelerator at an address; holds no memory there after.
   *
   * @param address as Spark gave it: a number or a UUID of a GPU or of a MIG slice
   * @throws UnfitDeviceException if there is none, or it cannot compute
   */
  void check(String address) throws UnfitDeviceException;

  /**
   * A new one there, for one learner.
   *
   * @throws UnfitDeviceException as {@link #check}
   */
  Accelerator open(String address) throws UnfitDeviceException;
}
