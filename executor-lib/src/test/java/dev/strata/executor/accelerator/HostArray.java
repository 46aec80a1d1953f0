package dev.strata.executor.accelerator;

import java.util.Objects;

/** Numbers [from, from + length) of a Java array. */
record HostArray(float[] memory, int from, int size) implements DeviceArray {
  static HostArray of(DeviceArray array) {
    return (HostArray) array;
  }

  @Override
  public long length() {
    return size;
  }

  @Override
  public DeviceArray part(long start, long end) {
    Objects.checkFromToIndex(start, end, size);
    return new HostArray(memory, from + (int) start, (int) (end - start));
  }

  float get(int index) {
    return memory[from + Objects.checkIndex(index, size)];
  }

  void set(int index, double value) {
    memory[from + Objects.checkIndex(index, size)] = (float) value;
  }
}
