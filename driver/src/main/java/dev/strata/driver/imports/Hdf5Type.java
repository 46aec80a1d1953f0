package dev.strata.driver.imports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Type of the elements of an array or attribute (source: HDF5 File Format Specification 3.0,
 * section IV.A.2.d).
 *
 * @param kind number of the class in the format
 * @param size bytes of one element
 * @param order of an element's bytes
 * @param detail float: exponent's bits; string of variable length: 1; else 0
 * @param name in words, such as float32 or int8
 */
record Hdf5Type(int kind, int size, ByteOrder order, int detail, String name) {
  private static final int INTEGER = 0;
  private static final int FLOAT = 1;
  private static final int STRING = 3;
  private static final int VARIABLE = 9;
  private static final List<String> NAMES =
      List.of(
          "integer",
          "float",
          "time",
          "string",
          "bit field",
          "opaque bytes",
          "compound",
          "reference",
          "enumeration",
          "variable length",
          "array");

  static Hdf5Type read(ByteBuffer from) throws IOException {
    int kind = from.get() & 0x0F;
    int bits = Byte.toUnsignedInt(from.get()) | Byte.toUnsignedInt(from.get()) << 8;
    from.get();
    long size = Integer.toUnsignedLong(from.getInt());
    if (size < 1 || size > Integer.MAX_VALUE || kind >= NAMES.size()) {
      throw new IOException("elements of a type that is not known");
    }
    ByteOrder order = (bits & 1) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    int width = (int) size;
    return switch (kind) {
      case INTEGER ->
          new Hdf5Type(kind, width, order, 0, ((bits & 8) == 0 ? "u" : "") + "int" + 8L * size);
      case FLOAT -> floating(from, width, order, (bits & 0x40) != 0);
      case VARIABLE -> new Hdf5Type(kind, width, order, bits & 0x0F, "variable length");
      default -> new Hdf5Type(kind, width, order, 0, NAMES.get(kind) + " of " + size + " bytes");
    };
  }

  private static Hdf5Type floating(ByteBuffer from, int size, ByteOrder order, boolean vax)
      throws IOException {
    from.getShort();
    int precision = Short.toUnsignedInt(from.getShort());
    from.get();
    int exponent = from.get();
    from.get();
    int mantissa = from.get();
    boolean plain = !vax && precision == 8 * size && exponent + mantissa + 1 == precision;
    String name =
        plain && exponent == 5 && size == 2
            ? "float16"
            : plain && exponent == 8 && size == 2
                ? "bfloat16"
                : plain && exponent == 8 && size == 4
                    ? "float32"
                    : plain && exponent == 11 && size == 8
                        ? "float64"
                        : "float of " + size + " bytes, not IEEE's";
    return new Hdf5Type(FLOAT, size, order, name.contains("IEEE") ? 0 : exponent, name);
  }

  boolean isText() {
    return kind == STRING || isVariableText();
  }

  boolean isVariableText() {
    return kind == VARIABLE && detail == 1;
  }

  /** Whether it is one of IEEE's types. */
  boolean isFloat() {
    return kind == FLOAT && detail > 0;
  }

  /** The element at a position as float32. */
  float number(ByteBuffer elements, int position) {
    elements.order(order);
    return switch (name) {
      case "float64" -> (float) elements.getDouble(position);
      case "float32" -> elements.getFloat(position);
      case "bfloat16" -> Float.intBitsToFloat(elements.getShort(position) << 16);
      default -> NumpyType.half(elements.getShort(position));
    };
  }
}
