package dev.strata.executor.shard;

/** Element types of a shard's arrays, as NumPy writes them (little-endian). */
public enum ElementType {
  U8("|u1", 1),
  I32("<i4", 4),
  F32("<f4", 4),
  F64("<f8", 8);

  private final String descriptor;
  private final int bytes;

  ElementType(String descriptor, int bytes) {
    this.descriptor = descriptor;
    this.bytes = bytes;
  }

  /** The {@code descr} field of a .npy header. */
  public String descriptor() {
    return descriptor;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
