package dev.strata.executor.accelerator;

/** A kind of accelerators, and where it has some. */
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
