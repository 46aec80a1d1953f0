package dev.strata.driver.imports;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes of an HDF5 file by their addresses, little-endian. Nothing outside the file is read, so
 * that a damaged address or size is an IOException and never takes more memory than the file is
 * long.
 */
final class Hdf5Bytes implements Closeable {
  /** Most bytes of one read; arrays are read in pieces. */
  static final int PIECE = 1 << 20;

  private final FileChannel channel;
  private final long length;

  /** Bytes of an address and of a length; set by the superblock. */
  private int offsetBytes = 8;

  private int lengthBytes = 8;

  /** Address that all others count from. */
  private long base;

  Hdf5Bytes(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
    length = channel.size();
  }

  /** Bytes of the file. */
  long length() {
    return length;
  }

  /**
   * @param offsets bytes of an address: 2, 4 or 8
   * @param lengths bytes of a length: 2, 4 or 8
   * @param start address that all others count from
   */
  void sizes(int offsets, int lengths, long start) throws IOException {
    if (offsets != 8 && offsets != 4 && offsets != 2
        || lengths != 8 && lengths != 4 && lengths != 2) {
      throw new IOException("addresses of " + offsets + " bytes, lengths of " + lengths);
    }
    offsetBytes = offsets;
    lengthBytes = lengths;
    base = start;
  }

  int offsetBytes() {
    return offsetBytes;
  }

  int lengthBytes() {
    return lengthBytes;
  }

  /** Bytes from an address on; position 0. */
  ByteBuffer at(long address, long count) throws IOException {
    long from = base + address;
    if (address < 0 || from < 0 || count < 0 || count > length || from > length - count) {
      throw new IOException("the file ends before byte " + (from + count) + ", or is damaged");
    }
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(count)).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("the file ends early");
      }
    }
    return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** As many of the bytes from an address on as the file has. */
  ByteBuffer upTo(long address, long count) throws IOException {
    long left = length - base - address;
    return at(address, Math.min(count, Math.max(0, left)));
  }

  /** Reads an address; -1 where it is undefined. */
  long offset(ByteBuffer from) {
    return number(from, offsetBytes);
  }

  /** Reads a length. */
  long size(ByteBuffer from) {
    return number(from, lengthBytes);
  }

  /** Reads an unsigned number of 1, 2, 4 or 8 bytes; -1 where all bits of it are ones. */
  static long number(ByteBuffer from, int bytes) {
    return switch (bytes) {
      case 1 -> Byte.toUnsignedInt(from.get());
      case 2 -> undefined(Short.toUnsignedLong(from.getShort()), 0xFFFFL);
      case 4 -> undefined(Integer.toUnsignedLong(from.getInt()), 0xFFFF_FFFFL);
      default -> from.getLong();
    };
  }

  private static long undefined(long value, long none) {
    return value == none ? -1 : value;
  }

  /** Reads a signature of four letters. */
  static void require(ByteBuffer from, String signature) throws IOException {
    byte[] found = new byte[signature.length()];
    from.get(found);
    for (int i = 0; i < found.length; i++) {
      if (found[i] != signature.charAt(i)) {
        throw new IOException("no block " + signature + " where one should be");
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written.
    }
  }
}
