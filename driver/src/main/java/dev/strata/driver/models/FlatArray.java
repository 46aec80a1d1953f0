package dev.strata.driver.models;

import dev.strata.executor.round.StateVector;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;

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
    StateVector vector = StateVector.zeros(length);
    for (long i = 0; i < length; i++) {
      vector.set(i, in.readFloat());
    }
    if (in.read() >= 0) {
      throw new FormatException("more bytes than " + length + " elements");
    }
    return vector;
  }
}
