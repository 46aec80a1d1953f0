package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.TensorProto;

/**
 * A constant of an ONNX graph: an initialiser, or the value of a node Constant.
 *
 * @param shape its dimensions; empty for a single number
 * @param values in C order, as float32
 */
record OnnxTensor(List<Integer> shape, float[] values) {
  private static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
  private static final int DOUBLE = TensorProto.DataType.DOUBLE_VALUE;
  private static final int FLOAT16 = TensorProto.DataType.FLOAT16_VALUE;
  private static final int BFLOAT16 = TensorProto.DataType.BFLOAT16_VALUE;

  /** As in NumPy. */
  private static final int RANK_LIMIT = 64;

  /**
   * @param file named in errors
   * @throws StrataException (data) where it is of another type, in another file, or its numbers are
   *     not as many as its shape says
   */
  static OnnxTensor of(TensorProto tensor, String file) {
    String name = "tensor " + tensor.getName();
    if (tensor.getExternalDataCount() > 0 || tensor.getDataLocationValue() != 0) {
      throw refused(
          file,
          name + ", whose numbers are in another file",
          "one file: onnx.save_model(…," + " save_as_external_data=False)");
    }
    List<Integer> shape = new ArrayList<>();
    long count = 1;
    try {
      for (long size : tensor.getDimsList()) {
        shape.add(Math.toIntExact(size));
        count = Math.multiplyExact(count, size);
      }
    } catch (ArithmeticException e) {
      count = -1;
    }
    if (count < 0 || shape.size() > RANK_LIMIT || shape.stream().anyMatch(size -> size < 0)) {
      throw refused(file, name + " of shape " + tensor.getDimsList(), "a shape of numbers");
    }
    long held = held(tensor, name, file);
    if (held != count) {
      throw refused(
          file,
          name + " of shape " + shape + " with " + held + " numbers",
          count + " numbers, as its shape says");
    }
    float[] values = new float[(int) count];
    Numbers numbers = numbers(tensor);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) numbers.at(i);
    }
    return new OnnxTensor(List.copyOf(shape), values);
  }

  private interface Numbers {
    double at(int position);
  }

  private static Numbers numbers(TensorProto tensor) {
    ByteBuffer raw =
        ByteBuffer.wrap(tensor.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    return i -> raw.capacity() > 0 ? raw(raw, i, tensor.getDataType()) : listed(tensor, i);
  }

  /** The same numbers as the file has them: those of type DOUBLE are not rounded. */
  static double[] exact(TensorProto tensor, String file) {
    double[] values = new double[of(tensor, file).values().length];
    Numbers numbers = numbers(tensor);
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.at(i);
    }
    return values;
  }

  /** Whether any of the truth values of a tensor of type BOOL is true. */
  static boolean isTrue(TensorProto tensor) {
    for (byte one : tensor.getRawData().toByteArray()) {
      if (one != 0) {
        return true;
      }
    }
    return tensor.getInt32DataList().stream().anyMatch(one -> one != 0);
  }

  /** The numbers of a tensor of type INT64; few, as they are a shape. */
  static List<Long> longs(TensorProto tensor) {
    if (tensor.getRawData().isEmpty()) {
      return tensor.getInt64DataList();
    }
    ByteBuffer raw =
        ByteBuffer.wrap(tensor.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    List<Long> longs = new ArrayList<>();
    while (raw.remaining() >= Long.BYTES) {
      longs.add(raw.getLong());
    }
    return longs;
  }

  /** Whether a type is one of the floating-point numbers that are read. */
  static boolean isReal(int type) {
    return bytes(type) > 0;
  }

  /** Of one number; 0 of other types. */
  private static int bytes(int type) {
    return type == FLOAT ? 4 : type == DOUBLE ? 8 : type == FLOAT16 || type == BFLOAT16 ? 2 : 0;
  }

  private static long held(TensorProto tensor, String name, String file) {
    int type = tensor.getDataType();
    int bytes = bytes(type);
    if (bytes == 0) {
      throw refused(
          file,
          name + " of type " + typeName(type),
          "tensors of type FLOAT, DOUBLE, FLOAT16 or BFLOAT16");
    }
    if (!tensor.getRawData().isEmpty()) {
      int size = tensor.getRawData().size();
      return size % bytes == 0 ? size / bytes : -1;
    }
    return type == FLOAT
        ? tensor.getFloatDataCount()
        : type == DOUBLE ? tensor.getDoubleDataCount() : tensor.getInt32DataCount();
  }

  private static String typeName(int type) {
    TensorProto.DataType known = TensorProto.DataType.forNumber(type);
    return known == null ? Integer.toString(type) : known.name();
  }

  private static double raw(ByteBuffer raw, int i, int type) {
    if (type == FLOAT) {
      return raw.getFloat(i * Float.BYTES);
    }
    return type == DOUBLE
        ? raw.getDouble(i * Double.BYTES)
        : half(raw.getShort(i * Short.BYTES), type);
  }

  private static double listed(TensorProto tensor, int i) {
    int type = tensor.getDataType();
    if (type == FLOAT) {
      return tensor.getFloatData(i);
    }
    return type == DOUBLE ? tensor.getDoubleData(i) : half((short) tensor.getInt32Data(i), type);
  }

  private static float half(short bits, int type) {
    return type == FLOAT16 ? NumpyType.half(bits) : Float.intBitsToFloat(bits << Short.SIZE);
  }

  private static StrataException refused(String file, String found, String expected) {
    return StrataException.data("cannot read the ONNX model")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }
}
