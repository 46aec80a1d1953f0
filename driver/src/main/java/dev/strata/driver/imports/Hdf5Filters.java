package dev.strata.driver.imports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What was done to the bytes of a chunk, in order: deflate, shuffle and checksums (source: HDF5
 * File Format Specification 3.0, section IV.A.2.l).
 */
final class Hdf5Filters {
  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int FLETCHER = 3;
  private static final int LIMIT = 32;

  private final List<Integer> filters;
  private final int elementBytes;

  private Hdf5Filters(List<Integer> filters, int elementBytes) {
    this.filters = filters;
    this.elementBytes = elementBytes;
  }

  static Hdf5Filters read(Optional<ByteBuffer> message, int elementBytes) throws IOException {
    List<Integer> filters = new ArrayList<>();
    if (message.isPresent()) {
      ByteBuffer from = message.get();
      int version = from.get();
      int count = Byte.toUnsignedInt(from.get());
      if (version == 1) {
        from.position(from.position() + 6);
      }
      if (version != 1 && version != 2 || count > LIMIT) {
        throw new IOException("filters of a version that is not known");
      }
      for (int i = 0; i < count; i++) {
        filters.add(filter(from, version));
      }
    }
    return new Hdf5Filters(filters, elementBytes);
  }

  private static int filter(ByteBuffer from, int version) throws IOException {
    int id = Short.toUnsignedInt(from.getShort());
    if (id < DEFLATE || id > FLETCHER) {
      throw new IOException("it is packed by filter " + id + "; Strata reads gzip and shuffle");
    }
    int name = version == 1 ? Short.toUnsignedInt(from.getShort()) : 0;
    from.getShort();
    int numbers = Short.toUnsignedInt(from.getShort());
    int padded = version == 1 ? (name + 7) / 8 * 8 : 0;
    int odd = version == 1 && numbers % 2 != 0 ? Integer.BYTES : 0;
    from.position(from.position() + padded + numbers * Integer.BYTES + odd);
    return id;
  }

  /**
   * @param mask bits of filters that this chunk was not given to
   * @param size bytes that come out
   */
  byte[] undo(byte[] stored, int mask, int size) throws IOException {
    byte[] bytes = stored;
    for (int i = filters.size() - 1; i >= 0; i--) {
      if ((mask >> i & 1) != 0) {
        continue;
      }
      bytes =
          switch (filters.get(i)) {
            case DEFLATE -> inflate(bytes, size);
            case SHUFFLE -> unshuffle(bytes);
            default -> Arrays.copyOf(bytes, Math.max(0, bytes.length - Integer.BYTES));
          };
    }
    if (bytes.length < size) {
      throw new IOException("a chunk of " + bytes.length + " bytes in place of " + size);
    }
    return bytes;
  }

  /** A checksum may follow the numbers: 4 bytes more than asked for. */
  private static byte[] inflate(byte[] packed, int size) throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      byte[] bytes = new byte[size + Integer.BYTES];
      int done = 0;
      while (done < bytes.length) {
        int some = inflater.inflate(bytes, done, bytes.length - done);
        if (some == 0) {
          break;
        }
        done += some;
      }
      return Arrays.copyOf(bytes, done);
    } catch (DataFormatException e) {
      throw new IOException("a chunk that cannot be unpacked", e);
    } finally {
      inflater.end();
    }
  }

  private byte[] unshuffle(byte[] bytes) {
    int count = bytes.length / elementBytes;
    byte[] plain = bytes.clone();
    for (int i = 0; i < count; i++) {
      for (int b = 0; b < elementBytes; b++) {
        plain[i * elementBytes + b] = bytes[b * count + i];
      }
    }
    return plain;
  }
}
