package dev.strata.driver.split;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.unsafe.Platform;

/** The hash that defines the order of rows: XXH64 of a row's canonical bytes. */
public final class RowHash {
  private RowHash() {}

  /** Hash of the bytes from {@code offset} on. */
  public static long of(byte[] bytes, int offset, long seed) {
    return XXH64.hashUnsafeBytes(
        bytes, Platform.BYTE_ARRAY_OFFSET + (long) offset, bytes.length - offset, seed);
  }

  /**
   * Hash of a row of a group: its upper half that of the group, so that rows of one group stand
   * side by side, its lower half that of the row.
   */
  public static long inGroup(String group, long row, long seed) {
    long upper = of(group.getBytes(StandardCharsets.UTF_8), 0, seed) >>> Integer.SIZE;
    return upper << Integer.SIZE | row >>> Integer.SIZE;
  }

  /** Hash of a hash: that of the n-th of equal rows, so that they do not end up side by side. */
  public static long again(long hash, long ordinal, long seed) {
    byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES).putLong(hash).putLong(ordinal).array();
    return of(bytes, 0, seed);
  }
}
