package dev.strata.driver.exports;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A parameter of a layer as other programs know it.
 *
 * @param layer name of the layer
 * @param parameter {@code weights}, {@code bias}, {@code gamma}, {@code beta}, {@code mean}, {@code
 *     variance}, or DL4J's own name
 * @param shape weights of dense layers: {@code [inputs, units]}; vectors: {@code [units]}
 * @param values in C order
 * @param isDouble whether the values need float64: variances that DL4J keeps as the logarithm of
 *     the deviation, which only then come back as the same bytes
 */
record NamedArray(
    String layer, String parameter, List<Integer> shape, double[] values, boolean isDouble) {
  private static final String WEIGHTS = "weights";
  private static final String VARIANCE = "variance";
  private static final String LOG_DEVIATION = "log10stdev";

  private static final Map<String, String> NAMES =
      Map.of("W", WEIGHTS, "b", "bias", "var", VARIANCE, LOG_DEVIATION, VARIANCE);

  private static final Map<String, String> TORCH =
      Map.of(
          WEIGHTS,
          "weight",
          "gamma",
          "weight",
          "beta",
          "bias",
          "mean",
          "running_mean",
          VARIANCE,
          "running_var");

  /** All parameters of the layers, bottom to top, in DL4J's order. */
  static List<NamedArray> of(List<ModelLayer> layers) {
    List<NamedArray> arrays = new ArrayList<>();
    for (ModelLayer layer : layers) {
      layer
          .parameters()
          .forEach((parameter, array) -> arrays.add(of(layer.name(), parameter, array)));
    }
    return arrays;
  }

  static NamedArray of(String layer, String parameter, INDArray array) {
    double[] values = array.dup('c').data().asDouble();
    boolean logarithm = parameter.equals(LOG_DEVIATION);
    if (logarithm) {
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.pow(10, 2 * values[i]);
      }
    }
    List<Integer> shape = new ArrayList<>();
    boolean vector = !parameter.equals("W") && array.length() == Math.max(array.size(-1), 1);
    if (vector) {
      shape.add(values.length);
    } else {
      for (long size : array.shape()) {
        shape.add(Math.toIntExact(size));
      }
    }
    return new NamedArray(
        layer, NAMES.getOrDefault(parameter, parameter), List.copyOf(shape), values, logarithm);
  }

  /** {@code LAYER/PARAMETER}. */
  String plainName() {
    return layer + "/" + parameter;
  }

  /** As in a state of PyTorch. */
  String torchName() {
    return layer + "." + TORCH.getOrDefault(parameter, parameter);
  }

  /** Weights of dense layers as {@code [units, inputs]}; other arrays as they are. */
  NamedArray outIn() {
    if (!parameter.equals(WEIGHTS) || shape.size() != 2) {
      return this;
    }
    int rows = shape.get(0);
    int columns = shape.get(1);
    double[] turned = new double[values.length];
    for (int i = 0; i < turned.length; i++) {
      turned[i % columns * rows + i / columns] = values[i];
    }
    return new NamedArray(layer, parameter, List.of(columns, rows), turned, isDouble);
  }

  /** Length of {@link #bytes}. */
  long size() {
    return (long) values.length * (isDouble ? Double.BYTES : Float.BYTES);
  }

  /** The values, little-endian. */
  byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size())).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (isDouble) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
    return bytes.array();
  }

  /** As float32. */
  float[] floats() {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
