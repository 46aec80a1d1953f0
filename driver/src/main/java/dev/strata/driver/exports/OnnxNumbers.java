package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LinearScaling;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.SignedLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx.TensorProto.DataType;

/**
 * Scaling of numbers as nodes of ONNX. As in Strata, numbers are scaled in float64 and then become
 * float32; stored bytes are scaled in float32.
 */
final class OnnxNumbers {
  private final OnnxColumns columns;
  private final OnnxGraph graph;

  OnnxNumbers(OnnxColumns columns) {
    this.columns = columns;
    this.graph = columns.graph();
  }

  /** A column kept as bytes, as the input uint8 {@code [rows, width]}. */
  String bytes(FeatureColumn feature, int column) {
    int width = feature.width();
    String x = graph.input(feature.name(), DataType.UINT8, width);
    String numbers = cast(x, feature.name(), DataType.FLOAT);
    Affine affine = affine(column, 0, width);
    if (affine.shifts()) {
      String shift = graph.floats(feature.name() + "/shift", floats(affine.shift), width);
      numbers = graph.node("Sub", feature.name(), List.of(numbers, shift));
    }
    if (affine.divides()) {
      String divisor = graph.floats(feature.name() + "/divisor", floats(affine.divisor), width);
      numbers = graph.node("Div", feature.name(), List.of(numbers, divisor));
    }
    return numbers;
  }

  /**
   * Scales numbers that have the same scaling.
   *
   * @param x float64 {@code [rows, width]}, NaN where missing
   * @param from the first of them in the column
   * @return float32 {@code [rows, elements]}
   */
  String scale(String x, FeatureColumn feature, int column, int from, int width) {
    String name = feature.name();
    Scaling scaling = feature.scaling(from, columns.preprocessing().scaling());
    List<List<Double>> quantiles = columns.preprocessing().statistics().get(column).quantiles();
    String known = scaling == Scaling.LOG ? signedLog(x, name) : x;
    double[] standIn = standIn(feature, column, from, width);
    if (standIn != null) {
      String instead = graph.doubles(name + "/missing", standIn, width);
      String isMissing = graph.node("IsNaN", name, List.of(known));
      known = graph.node("Where", name, List.of(isMissing, instead, known));
    }
    reject(known, name, width);
    String scaled =
        switch (scaling) {
          case PIECEWISE_LINEAR -> bins(known, name, quantiles.subList(from, from + width));
          case QUANTILE_NORMAL ->
              new OnnxQuantiles(graph, name).normal(known, quantiles.subList(from, from + width));
          default -> affine(known, feature, affine(column, from, width));
        };
    return cast(scaled, name, DataType.FLOAT);
  }

  /** Rows with a number that is missing or infinite. */
  private void reject(String x, String name, int width) {
    String difference = graph.node("Sub", name, List.of(x, x));
    String missing = graph.node("IsNaN", name, List.of(difference));
    if (width > 1) {
      String count =
          graph.node(
              "ReduceMax",
              name,
              List.of(cast(missing, name, DataType.FLOAT)),
              OnnxGraph.longs("axes", List.of(1L)),
              attribute("keepdims", 1L));
      missing = cast(count, name, DataType.BOOL);
    }
    columns.reject(missing);
  }

  /** Of a missing number, after the logarithm; null where nothing does. */
  private double[] standIn(FeatureColumn feature, int column, int from, int width) {
    MissingPolicy missing = columns.preprocessing().layout().missing();
    List<Double> mean = columns.preprocessing().statistics().get(column).mean();
    Scaling scaling = feature.scaling(from, columns.preprocessing().scaling());
    double[] values = new double[width];
    switch (missing.numeric()) {
      case ERROR, DROP -> {
        return null;
      }
      case CONSTANT -> {
        if (feature.time() == null) {
          double constant = missing.constant();
          Arrays.fill(values, scaling == Scaling.LOG ? SignedLog.of(constant) : constant);
          return values;
        }
      }
      case MEAN -> {}
    }
    for (int i = 0; i < width; i++) {
      // With a logarithm, the mean is that of the logarithms.
      values[i] = mean.get(from + i);
    }
    return values;
  }

  /** {@code sign(x) · log(1 + |x|)}. */
  private String signedLog(String x, String name) {
    String size = graph.node("Abs", name, List.of(x));
    String one = graph.doubles(name + "/one", new double[] {1});
    String logarithm =
        graph.node("Log", name, List.of(graph.node("Add", name, List.of(size, one))));
    return graph.node("Mul", name, List.of(graph.node("Sign", name, List.of(x)), logarithm));
  }

  private String affine(String x, FeatureColumn feature, Affine affine) {
    String scaled = x;
    int width = affine.shift.length;
    if (affine.shifts()) {
      String shift = graph.doubles(feature.name() + "/shift", affine.shift, width);
      scaled = graph.node("Sub", feature.name(), List.of(scaled, shift));
    }
    if (affine.divides()) {
      String divisor = graph.doubles(feature.name() + "/divisor", affine.divisor, width);
      scaled = graph.node("Div", feature.name(), List.of(scaled, divisor));
    }
    return scaled;
  }

  /** One entry a number of the column. */
  private record Affine(double[] shift, double[] divisor) {
    boolean shifts() {
      return Arrays.stream(shift).anyMatch(s -> s != 0);
    }

    boolean divides() {
      return Arrays.stream(divisor).anyMatch(d -> d != 1);
    }
  }

  private Affine affine(int column, int from, int width) {
    double[] shift = new double[width];
    double[] divisor = new double[width];
    for (int i = 0; i < width; i++) {
      LinearScaling linear = LinearScaling.of(columns.preprocessing(), column, from + i);
      shift[i] = linear.shift();
      divisor[i] = linear.divisor();
    }
    return new Affine(shift, divisor);
  }

  /** Lines between bounds, held at 0 and 1 outside of their bins, but for the first and last. */
  private String bins(String x, String name, List<List<Double>> quantiles) {
    List<Long> numbers = new ArrayList<>();
    List<Double> begin = new ArrayList<>();
    List<Double> size = new ArrayList<>();
    List<Double> least = new ArrayList<>();
    List<Double> most = new ArrayList<>();
    for (int number = 0; number < quantiles.size(); number++) {
      List<Double> bounds = quantiles.get(number);
      int count = Math.max(1, bounds.size() - 1);
      for (int t = 0; t < count; t++) {
        numbers.add((long) number);
        begin.add(bounds.get(t));
        size.add(bounds.size() == 1 ? 1 : bounds.get(t + 1) - bounds.get(t));
        least.add(t == 0 ? Double.NEGATIVE_INFINITY : 0);
        most.add(t == count - 1 ? Double.POSITIVE_INFINITY : 1);
      }
    }
    long[] which = numbers.stream().mapToLong(i -> i).toArray();
    String spread =
        graph.node(
            "Gather",
            name,
            List.of(x, graph.longs(name + "/bins", which, which.length)),
            attribute("axis", 1L));
    String above = graph.node("Sub", name, List.of(spread, constant(name, begin)));
    String line = graph.node("Div", name, List.of(above, constant(name, size)));
    String atLeast = graph.node("Max", name, List.of(line, constant(name, least)));
    return graph.node("Min", name, List.of(atLeast, constant(name, most)));
  }

  private String constant(String name, List<Double> values) {
    double[] array = values.stream().mapToDouble(value -> value).toArray();
    return graph.doubles(name + "/bins", array, array.length);
  }

  private String cast(String x, String name, DataType type) {
    return graph.node("Cast", name, List.of(x), attribute("to", (long) type.getNumber()));
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
