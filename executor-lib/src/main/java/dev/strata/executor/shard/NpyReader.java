package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A {@code .npy} file in memory (mapped or not).
 *
 * @param header what the elements are
 * @param data all rows, C order, little-endian, from position 0
 */
public record NpyReader(NpyHeader header, ByteBuffer data) {

  /**
   * @param bytes the whole file
   * @param file named in errors
   * @throws StrataException (data) where the file is no C-order version 1.0 array or its length
   *     does not fit
   */
  public static NpyReader read(ByteBuffer bytes, Object file) {
    ByteBuffer whole = littleEndian(bytes.slice());
    NpyHeader header = NpyHeader.decode(whole, file);
    if (whole.remaining() != header.dataBytes()) {
      throw StrataException.data(
              whole.remaining() < header.dataBytes()
                  ? "an array file is truncated"
                  : "an array file is longer than its header says")
          .file(file)
          .found(whole.remaining() + " bytes of rows")
          .expected(header.dataBytes() + " bytes of rows")
          .build();
    }
    return new NpyReader(header, littleEndian(whole.slice()));
  }

  static ByteBuffer littleEndian(ByteBuffer bytes) {
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }
}
