package dev.strata.driver.exports;

import dev.strata.executor.layer.WindowWeights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A parameter of a layer as other programs know it.
 *
 * @param layer name of the layer
 * @param parameter {@code weights}, {@code bias}, {@code gamma}, {@code beta}, {@code mean}, {@code
 *     variance}, or DL4J's own name
 * @param shape weights of dense layers: {@code [inputs, units]}; of convolutions over words: {@code
 *     [kernel, inputs, units]}; vectors of words: {@code [words, units]}; other vectors: {@code
 *     [units]}
 * @param values in C order
 * @param isDouble whether the values need float64: variances that DL4J keeps as the logarithm of
 *     the deviation, which only then come back as the same bytes
 * @param turns whether PyTorch has the dimensions in the opposite order
 */
record NamedArray(
    String layer,
    String parameter,
    List<Integer> shape,
    double[] values,
    boolean isDouble,
    boolean turns) {
  private static final String WEIGHTS = "weights";

  /** DL4J's name of weights. */
  private static final String MATRIX = "W";

  private static final String VARIANCE = "variance";
  private static final String LOG_DEVIATION = "log10stdev";

  private static final Map<String, String> NAMES =
      Map.of(MATRIX, WEIGHTS, "b", "bias", "var", VARIANCE, LOG_DEVIATION, VARIANCE);

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
      if (!layer.within().isEmpty()) {
        arrays.addAll(of(layer.within()));
        continue;
      }
      layer.parameters().forEach((parameter, array) -> arrays.add(of(layer, parameter, array)));
    }
    return arrays;
  }

  private static NamedArray of(ModelLayer layer, String parameter, INDArray array) {
    if (parameter.equals(MATRIX) && layer.settings() instanceof Convolution1DLayer windows) {
      List<Integer> shape =
          List.of(
              windows.getKernelSize()[0],
              Math.toIntExact(windows.getNIn()),
              Math.toIntExact(windows.getNOut()));
      double[] values = WindowWeights.memory(array).dup('c').data().asDouble();
      return new NamedArray(layer.name(), WEIGHTS, shape, values, false, true);
    }
    double[] values = array.dup('c').data().asDouble();
    boolean logarithm = parameter.equals(LOG_DEVIATION);
    if (logarithm) {
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.pow(10, 2 * values[i]);
      }
    }
    List<Integer> shape = new ArrayList<>();
    boolean vector = !parameter.equals(MATRIX) && array.length() == Math.max(array.size(-1), 1);
    if (vector) {
      shape.add(values.length);
    } else {
      for (long size : array.shape()) {
        shape.add(Math.toIntExact(size));
      }
    }
    boolean words = layer.settings() instanceof EmbeddingSequenceLayer;
    return new NamedArray(
        layer.name(),
        NAMES.getOrDefault(parameter, parameter),
        List.copyOf(shape),
        values,
        logarithm,
        parameter.equals(MATRIX) && shape.size() == 2 && !words);
  }

  /** {@code LAYER/PARAMETER}. */
  String plainName() {
    return layer + "/" + parameter;
  }

  /** As in a state of PyTorch. */
  String torchName() {
    return layer + "." + TORCH.getOrDefault(parameter, parameter);
  }

  /**
   * Weights of dense layers as {@code [units, inputs]}, of convolutions over words as {@code
   * [units, inputs, kernel]}; other arrays as they are.
   */
  NamedArray outIn() {
    if (!turns) {
      return this;
    }
    double[] turned = new double[values.length];
    for (int i = 0; i < turned.length; i++) {
      int rest = i;
      int target = 0;
      for (int d = shape.size() - 1; d >= 0; d--) {
        target = target * shape.get(d) + rest % shape.get(d);
        rest /= shape.get(d);
      }
      turned[target] = values[i];
    }
    List<Integer> sizes = new ArrayList<>(shape);
    Collections.reverse(sizes);
    return new NamedArray(layer, parameter, List.copyOf(sizes), turned, isDouble, true);
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
