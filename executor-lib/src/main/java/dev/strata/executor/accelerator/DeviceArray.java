package dev.strata.executor.accelerator;

/** float32 numbers in an accelerator's memory, or a part of such. */
public interface DeviceArray {
  /** Numbers in it. */
  long length();

  /**
   * A view of numbers [from, to).
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ from ≤ to ≤ length
   */
  DeviceArray part(long from, long to);
}
