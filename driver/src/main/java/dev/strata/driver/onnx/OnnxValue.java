package dev.strata.driver.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;

/**
 * A tensor, in C order.
 *
 * @param shape its dimensions; none of a single number
 * @param numbers of all types but texts, rounded to the type; truth values are 0 and 1
 * @param texts null where there are numbers
 */
public record OnnxValue(DataType type, int[] shape, double[] numbers, String[] texts) {
  /** Numbers, which are rounded to the type. */
  public static OnnxValue of(DataType type, int[] shape, double... numbers) {
    double[] rounded = numbers;
    if (type == DataType.FLOAT) {
      rounded = new double[numbers.length];
      for (int i = 0; i < rounded.length; i++) {
        rounded[i] = (float) numbers[i];
      }
    }
    return new OnnxValue(type, shape, rounded, null);
  }

  /** Texts. */
  public static OnnxValue of(int[] shape, String... texts) {
    return new OnnxValue(DataType.STRING, shape, null, texts);
  }

  /** A constant of a graph: little-endian bytes of float32, float64 or int64. */
  static OnnxValue of(TensorProto tensor) {
    int[] shape = tensor.getDimsList().stream().mapToInt(Math::toIntExact).toArray();
    DataType type = DataType.forNumber(tensor.getDataType());
    double[] numbers = new double[size(shape)];
    ByteBuffer raw =
        ByteBuffer.wrap(tensor.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (type) {
            case FLOAT -> raw.getFloat();
            case DOUBLE -> raw.getDouble();
            case INT64 -> raw.getLong();
            default -> throw new IllegalStateException("a constant of type " + type);
          };
    }
    return of(type, shape, numbers);
  }

  static int size(int[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** Elements. */
  public int size() {
    return numbers == null ? texts.length : numbers.length;
  }

  public int rank() {
    return shape.length;
  }

  /** A dimension, counted from the end where the number is below 0. */
  int axis(long axis) {
    return (int) (axis < 0 ? axis + shape.length : axis);
  }

  /** The same elements in another shape. */
  OnnxValue reshaped(int... other) {
    return new OnnxValue(type, other, numbers, texts);
  }

  /** The elements at these places, in that shape. */
  OnnxValue gathered(int[] places, int... other) {
    if (texts != null) {
      String[] chosen = new String[places.length];
      Arrays.setAll(chosen, i -> texts[places[i]]);
      return of(other, chosen);
    }
    double[] chosen = new double[places.length];
    Arrays.setAll(chosen, i -> numbers[places[i]]);
    return new OnnxValue(type, other, chosen, null);
  }

  int[] wholeNumbers() {
    return Arrays.stream(numbers).mapToInt(number -> (int) number).toArray();
  }
}
