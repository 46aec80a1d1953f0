package dev.strata.driver.imports;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Type of a NumPy array's elements, from the field {@code descr} of its header.
 *
 * @param kind b: boolean, i: integer, u: unsigned integer, f: float
 * @param bytes of one element
 * @param order of an element's bytes
 */
record NumpyType(char kind, int bytes, ByteOrder order) {
  /** What is read, for errors. */
  static final String KNOWN = "booleans, integers, or floats of 2, 4 or 8 bytes";

  /** Empty where the elements are no plain numbers. */
  static Optional<NumpyType> of(String descriptor) {
    int at = !descriptor.isEmpty() && "<>=|".indexOf(descriptor.charAt(0)) >= 0 ? 1 : 0;
    if (descriptor.length() != at + 2) {
      return Optional.empty();
    }
    char kind = descriptor.charAt(at);
    int bytes = descriptor.charAt(at + 1) - '0';
    boolean known =
        switch (kind) {
          case 'b' -> bytes == 1;
          case 'i', 'u' -> bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
          case 'f' -> bytes == 2 || bytes == 4 || bytes == 8;
          default -> false;
        };
    ByteOrder order = descriptor.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return known ? Optional.of(new NumpyType(kind, bytes, order)) : Optional.empty();
  }

  boolean isDouble() {
    return kind == 'f' && bytes == Double.BYTES;
  }

  /** Why a type is none of these, in words. */
  static String words(String descriptor) {
    if (descriptor.indexOf('O') >= 0) {
      return "Python objects (a pickle)";
    }
    if (descriptor.startsWith("[")) {
      return "records " + descriptor;
    }
    String kind = descriptor.replaceAll("[<>=|0-9]", "");
    return switch (kind.isEmpty() ? ' ' : kind.charAt(0)) {
      case 'c' -> "complex numbers (" + descriptor + ")";
      case 'U', 'S', 'a' -> "strings (" + descriptor + ")";
      case 'M', 'm' -> "dates or times (" + descriptor + ")";
      case 'V' -> "untyped bytes (" + descriptor + "), as NumPy writes bfloat16";
      default -> "type " + descriptor;
    };
  }

  /** The element at a position as float32; the buffer's byte order is this type's. */
  float number(ByteBuffer from, int position) {
    return switch (kind) {
      case 'f' ->
          switch (bytes) {
            case 2 -> half(from.getShort(position));
            case 4 -> from.getFloat(position);
            default -> (float) from.getDouble(position);
          };
      case 'i' ->
          switch (bytes) {
            case 1 -> from.get(position);
            case 2 -> from.getShort(position);
            case 4 -> from.getInt(position);
            default -> from.getLong(position);
          };
      case 'u' ->
          switch (bytes) {
            case 1 -> Byte.toUnsignedInt(from.get(position));
            case 2 -> Short.toUnsignedInt(from.getShort(position));
            case 4 -> Integer.toUnsignedLong(from.getInt(position));
            default -> unsigned(from.getLong(position));
          };
      default -> from.get(position) == 0 ? 0f : 1f;
    };
  }

  private static float unsigned(long value) {
    // Half of it, its lowest bit kept for rounding.
    return value >= 0 ? value : 2f * ((value >>> 1) | (value & 1));
  }

  /** IEEE's binary16. */
  static float half(short bits) {
    int exponent = bits >> 10 & 0x1F;
    int mantissa = bits & 0x3FF;
    float size =
        switch (exponent) {
          case 0 -> mantissa * 0x1p-24f;
          case 0x1F -> mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> (0x400 | mantissa) * (float) Math.scalb(1.0, exponent - 25);
        };
    return bits < 0 ? -size : size;
  }
}
