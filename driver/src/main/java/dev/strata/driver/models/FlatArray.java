package dev.strata.driver.models;

import dev.strata.executor.round.StateVector;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a flat float32 array as {@code Nd4j.write} writes it, its length checked before any memory
 * is taken: twice (for the shape, then for the elements) the text of an allocation mode, a length
 * and the text of a type, followed by that many numbers, big-endian.
 */
final class FlatArray {
  /** DL4J's shape descriptors have 2 · rank + 4 numbers; none of a flat array comes near this. */
  private static final int SHAPE_LIMIT = 68;

  private FlatArray() {}

  /** The bytes are not such an array. */
  static final class FormatException extends IOException {
    private static final long serialVersionUID = 1L;

    FormatException(String found) {
      super(found);
    }
  }

  static StateVector read(InputStream bytes, long length) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(bytes, 1 << 16));
    in.readUTF();
    long numbers = in.readLong();
    String type = in.readUTF();
    if (numbers < 0 || numbers > SHAPE_LIMIT || !type.equals("LONG")) {
      throw new FormatException("a shape of " + numbers + " numbers of type " + type);
    }
    in.skipNBytes(numbers * Long.BYTES);
    in.readUTF();
    long found = in.readLong();
    String elements = in.readUTF();
    if (found != length || !elements.equals("FLOAT")) {
      throw new FormatException(found + " elements of type " + elements);
    }
    StateVector vector = elements(in, length);
    if (in.read() >= 0) {
      throw new FormatException("more bytes than " + length + " elements");
    }
    return vector;
  }

  /** Memory is taken as bytes arrive, so that a length that is not followed by them costs none. */
  private static StateVector elements(InputStream in, long length) throws IOException {
    long left = Math.multiplyExact(length, (long) Float.BYTES);
    List<byte[]> chunks = new ArrayList<>();
    while (left > 0) {
      int size = (int) Math.min(StateVector.CHUNK_BYTES, left);
      byte[] chunk = in.readNBytes(size);
      if (chunk.length < size) {
        throw new EOFException("the array ends before its last element");
      }
      ByteBuffer bigEndian = ByteBuffer.wrap(chunk);
      ByteBuffer littleEndian = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at < size; at += Float.BYTES) {
        littleEndian.putInt(at, bigEndian.getInt(at));
      }
      chunks.add(chunk);
      left -= size;
    }
    return StateVector.ofChunks(chunks.toArray(byte[][]::new));
  }
}
