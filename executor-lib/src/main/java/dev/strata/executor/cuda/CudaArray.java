package dev.strata.executor.cuda;

import dev.strata.executor.accelerator.DeviceArray;
import java.util.Objects;

/**
 * float32 numbers in a GPU's memory.
 *
 * @param address on the device
 */
record CudaArray(long address, long length) implements DeviceArray {
  @Override
  public CudaArray part(long from, long to) {
    Objects.checkFromToIndex(from, to, length);
    return new CudaArray(address + from * Float.BYTES, to - from);
  }
}
