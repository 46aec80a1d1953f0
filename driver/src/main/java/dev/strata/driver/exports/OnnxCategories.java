package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.TensorProto.DataType;

/** Columns of categories as nodes of ONNX and ONNX-ML: text to index to one-hot elements. */
final class OnnxCategories {
  private final OnnxColumns columns;
  private final OnnxGraph graph;
  private final Preprocessing preprocessing;

  OnnxCategories(OnnxColumns columns) {
    this.columns = columns;
    this.graph = columns.graph();
    this.preprocessing = columns.preprocessing();
  }

  /** One element a category, float32 {@code [rows, elements]}. */
  String add(FeatureColumn feature, int column) {
    ColumnStatistics statistics = preprocessing.statistics().get(column);
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
    columns.reject(graph.node("Equal", name, List.of(index, last)));
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
}
