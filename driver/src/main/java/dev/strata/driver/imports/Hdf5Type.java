package dev.strata.driver.imports;

import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OrderedDataType;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;

/**
 * Type of the elements of an HDF5 array or attribute. Floating-point numbers are told apart by
 * their bits: jHDF reads every number of 16 bits as IEEE's binary16, bfloat16 as well.
 *
 * @param name in words, such as float32 or int8
 * @param size bytes of one element
 * @param order of an element's bytes
 * @param layout of a floating-point number; {@link Layout#NONE} for all others
 */
record Hdf5Type(String name, int size, ByteOrder order, Layout layout) {
  /** Class numbers of the format (HDF5 File Format Specification 3.0, section IV.A.2.d). */
  private static final List<String> CLASSES =
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

  /** The floating-point numbers that can be read. */
  enum Layout {
    FLOAT16,
    BFLOAT16,
    FLOAT32,
    FLOAT64,
    NONE
  }

  static Hdf5Type of(DataType type) {
    int size = type.getSize();
    ByteOrder order =
        type instanceof OrderedDataType ordered ? ordered.getByteOrder() : ByteOrder.LITTLE_ENDIAN;
    if (type instanceof FloatingPoint number) {
      Layout layout = layout(number, size);
      String name =
          layout == Layout.NONE
              ? "float of " + size + " bytes, not IEEE's"
              : layout.name().toLowerCase(Locale.ROOT);
      return new Hdf5Type(name, size, order, layout);
    }
    return new Hdf5Type(name(type, size), size, order, Layout.NONE);
  }

  private static String name(DataType type, int size) {
    if (type instanceof FixedPoint number) {
      return (number.isSigned() ? "" : "u") + "int" + 8L * size;
    }
    if (type instanceof VariableLength) {
      return "variable length";
    }
    int number = type.getDataClass();
    String known = number < CLASSES.size() ? CLASSES.get(number) : "class " + number;
    return known + " of " + size + " bytes";
  }

  private static Layout layout(FloatingPoint type, int size) {
    int exponent = type.getExponentSize();
    int bits = type.getBitPrecision();
    if (bits != 8 * size || exponent + type.getMantissaSize() + 1 != bits) {
      return Layout.NONE;
    }
    return switch (size + " " + exponent) {
      case "2 5" -> Layout.FLOAT16;
      case "2 8" -> Layout.BFLOAT16;
      case "4 8" -> Layout.FLOAT32;
      case "8 11" -> Layout.FLOAT64;
      default -> Layout.NONE;
    };
  }

  /** Whether its elements are texts. */
  static boolean isText(DataType type) {
    return type instanceof StringData || isVariableText(type);
  }

  /** Whether its elements are texts in a heap. */
  static boolean isVariableText(DataType type) {
    return type instanceof VariableLength text && text.isVariableLengthString();
  }

  /** Whether it is one of the floating-point numbers that can be read. */
  boolean isFloat() {
    return layout != Layout.NONE;
  }

  /**
   * Elements from the begin of a buffer as float32.
   *
   * @param count how many
   * @param into where they are put
   * @param at first position there
   */
  void read(ByteBuffer elements, int count, float[] into, int at) {
    ByteBuffer from = elements.duplicate().order(order);
    switch (layout) {
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = (float) from.getDouble(i * Double.BYTES);
        }
      }
      case FLOAT32 -> from.asFloatBuffer().get(0, into, at, count);
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = Float.intBitsToFloat(from.getShort(i * Short.BYTES) << 16);
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = NumpyType.half(from.getShort(i * Short.BYTES));
        }
      }
      case NONE -> throw new IllegalStateException("elements of type " + name);
    }
  }
}
