package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.Scaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx.TensorProto.DataType;

/**
 * Preprocessing as nodes of ONNX: one input a column, by the column's name. Numbers are float64
 * {@code [rows, width]}, NaN where missing; columns kept as bytes are uint8; categories are strings
 * {@code [rows, 1]}, empty where missing. As in Strata, numbers are scaled in float64 and then
 * become float32.
 */
final class OnnxPreprocessing {
  /** Elements of the encoded row. */
  private static final String ROW = "row";

  private final OnnxGraph graph;
  private final Preprocessing preprocessing;
  private final String file;
  private final List<String> rejected = new ArrayList<>();

  OnnxPreprocessing(OnnxGraph graph, Preprocessing preprocessing, String file) {
    this.graph = graph;
    this.preprocessing = preprocessing;
    this.file = file;
  }

  /**
   * Adds the inputs and all nodes.
   *
   * @return the encoded row, float32 {@code [rows, input width]}
   * @throws StrataException (data) where a column's preprocessing is no arithmetic
   */
  String add() {
    List<String> parts = new ArrayList<>();
    List<FeatureColumn> features = preprocessing.layout().features();
    for (int i = 0; i < features.size(); i++) {
      FeatureColumn feature = features.get(i);
      if (feature.kind() == ColumnKind.TEXT || feature.kind().isTime()) {
        throw refused(feature, "a column of kind " + feature.kind().text());
      }
      if (feature.resize() != null) {
        throw refused(feature, "images that are resized");
      }
      parts.add(
          feature.kind() == ColumnKind.CATEGORICAL
              ? categories(feature, i)
              : preprocessing.bytes() ? bytes(feature, i) : numbers(feature, i));
    }
    return parts.size() == 1
        ? parts.get(0)
        : graph.node("Concat", ROW, parts, attribute("axis", 1L));
  }

  /**
   * Whether a row is one that Strata rejects or drops: bool {@code [rows, 1]}; empty where no row
   * can be.
   */
  Optional<String> rejected() {
    return rejected.stream().reduce((a, b) -> graph.node("Or", ROW + "/rejected", List.of(a, b)));
  }

  private String bytes(FeatureColumn feature, int column) {
    String x = graph.input(feature.name(), DataType.UINT8, feature.width());
    String numbers = cast(x, feature.name(), DataType.FLOAT);
    Affine affine = affine(feature, column);
    int width = feature.width();
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

  private String numbers(FeatureColumn feature, int column) {
    String name = feature.name();
    int width = feature.width();
    Scaling scaling = feature.scaling(0, preprocessing.scaling());
    String x = graph.input(name, DataType.DOUBLE, width);
    if (scaling == Scaling.QUANTILE_NORMAL) {
      throw refused(feature, "scaling quantile-normal");
    }
    String known = scaling == Scaling.LOG ? signedLog(x, name) : x;
    MissingPolicy missing = preprocessing.layout().missing();
    double[] standIn = standIn(column, width, scaling, missing);
    if (standIn != null) {
      String instead = graph.doubles(name + "/missing", standIn, width);
      String isMissing = graph.node("IsNaN", name, List.of(known));
      known = graph.node("Where", name, List.of(isMissing, instead, known));
    }
    reject(known, name, width);
    String scaled =
        scaling == Scaling.PIECEWISE_LINEAR
            ? bins(known, name, preprocessing.statistics().get(column).quantiles())
            : scaled(known, feature, column);
    return cast(scaled, name, DataType.FLOAT);
  }

  private void reject(String x, String name, int width) {
    String missing = graph.node("IsNaN", name, List.of(x));
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
    rejected.add(missing);
  }

  /** Of a missing number, after the curve; null where nothing does. */
  private double[] standIn(int column, int width, Scaling scaling, MissingPolicy missing) {
    ColumnStatistics statistics = preprocessing.statistics().get(column);
    double[] values = new double[width];
    switch (missing.numeric()) {
      case CONSTANT -> Arrays.fill(values, curved(missing.constant(), scaling));
      case MEAN -> {
        for (int i = 0; i < width; i++) {
          // With a logarithm, the mean is that of the logarithms.
          values[i] = statistics.mean().get(i);
        }
      }
      case ERROR, DROP -> {
        return null;
      }
    }
    return values;
  }

  private static double curved(double x, Scaling scaling) {
    return scaling == Scaling.LOG ? Math.copySign(Math.log1p(Math.abs(x)), x) : x;
  }

  /** {@code sign(x) · log(1 + |x|)}. */
  private String signedLog(String x, String name) {
    String size = graph.node("Abs", name, List.of(x));
    String one = graph.doubles(name + "/one", new double[] {1});
    String logarithm =
        graph.node("Log", name, List.of(graph.node("Add", name, List.of(size, one))));
    return graph.node("Mul", name, List.of(graph.node("Sign", name, List.of(x)), logarithm));
  }

  private String scaled(String x, FeatureColumn feature, int column) {
    Affine affine = affine(feature, column);
    String scaled = x;
    int width = feature.width();
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

  private Affine affine(FeatureColumn feature, int column) {
    ColumnStatistics statistics = preprocessing.statistics().get(column);
    double[] shift = new double[feature.width()];
    double[] divisor = new double[feature.width()];
    for (int i = 0; i < shift.length; i++) {
      Scaling scaling = feature.scaling(i, preprocessing.scaling());
      double range = 1;
      switch (scaling) {
        case STANDARD, LOG -> {
          shift[i] = statistics.mean().get(i);
          range = statistics.deviation().get(i);
        }
        case MIN_MAX -> {
          shift[i] = statistics.minimum().get(i);
          range = statistics.maximum().get(i) - shift[i];
        }
        case ROBUST -> {
          List<Double> quartiles = statistics.quantiles().get(i);
          shift[i] = quartiles.get(2);
          range = quartiles.get(3) - quartiles.get(1);
        }
        case DIVIDE_BY -> range = preprocessing.divideBy();
        default -> {}
      }
      // A constant number is only shifted.
      divisor[i] = (float) range == 0f ? 1 : range;
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

  private String categories(FeatureColumn feature, int column) {
    ColumnStatistics statistics = preprocessing.statistics().get(column);
    if (!statistics.buckets().isEmpty()) {
      throw refused(feature, "categories that share elements by a hash");
    }
    String name = feature.name();
    long width = preprocessing.encodedWidth(column);
    long reject = width + 1;
    // An index beyond the last element sets none of them.
    Map<String, Long> places = new LinkedHashMap<>();
    long missing = ofMissing(statistics, reject);
    places.put("", missing);
    preprocessing.layout().missingValues().forEach(text -> places.putIfAbsent(text, missing));
    List.of("NaN", "nan", "-NaN", "-nan").forEach(text -> places.putIfAbsent(text, missing));
    PlainText.index(statistics.categories())
        .forEach((text, index) -> places.putIfAbsent(text, (long) index));
    String x = graph.input(name, DataType.STRING, 1);
    String index =
        graph.mlNode(
            "LabelEncoder",
            name,
            List.of(x),
            OnnxGraph.texts("keys_strings", List.copyOf(places.keySet())),
            OnnxGraph.longs("values_int64s", List.copyOf(places.values())),
            attribute("default_int64", ofUnseen(statistics, width)));
    String last = graph.longs(name + "/rejected", new long[] {reject}, 1);
    rejected.add(graph.node("Equal", name, List.of(index, last)));
    String hot =
        graph.node(
            "OneHot",
            name,
            List.of(
                index,
                graph.longs(name + "/width", new long[] {width}),
                graph.floats(name + "/values", new float[] {0, 1}, 2)),
            attribute("axis", -1L));
    String middle = graph.longs(name + "/axis", new long[] {1}, 1);
    return graph.node("Squeeze", name, List.of(hot, middle));
  }

  private long ofMissing(ColumnStatistics statistics, long reject) {
    return switch (preprocessing.layout().missing().categorical()) {
      case CATEGORY -> statistics.places();
      case MOST_FREQUENT -> statistics.mostFrequent() < 0 ? reject : statistics.mostFrequent();
      case ERROR, DROP -> reject;
    };
  }

  private long ofUnseen(ColumnStatistics statistics, long width) {
    return switch (preprocessing.unseenCategory()) {
      case ZEROS -> width;
      case MOST_FREQUENT -> statistics.mostFrequent() < 0 ? width : statistics.mostFrequent();
      case ERROR -> width + 1;
    };
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

  private StrataException refused(FeatureColumn feature, String found) {
    return StrataException.data("ONNX export cannot put this preprocessing into the graph")
        .file(file)
        .found("column " + feature.name() + ", " + found.toLowerCase(Locale.ROOT))
        .expected(
            "numbers and categories with arithmetic scaling; or --encoded-input, with which the"
                + " model takes rows that Strata has encoded")
        .build();
  }
}
