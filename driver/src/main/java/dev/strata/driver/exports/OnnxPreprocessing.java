package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import onnx.Onnx.TensorProto.DataType;

/**
 * Preprocessing as nodes of ONNX: one input a column, by the column's name. Numbers are float64
 * {@code [rows, width]}, NaN where missing; columns kept as bytes are uint8; categories are strings
 * {@code [rows, 1]}, empty where missing; dates and times are int64 {@code [rows, 1]} ({@link
 * OnnxTimes}).
 */
final class OnnxPreprocessing {
  /** Elements of the encoded row. */
  private static final String ROW = "row";

  private final OnnxGraph graph;
  private final Preprocessing preprocessing;
  private final String file;
  private final OnnxColumns columns;

  OnnxPreprocessing(OnnxGraph graph, Preprocessing preprocessing, String file) {
    this.graph = graph;
    this.preprocessing = preprocessing;
    this.file = file;
    this.columns = new OnnxColumns(graph, preprocessing);
  }

  /**
   * Adds the inputs and all nodes.
   *
   * @return the encoded row, float32 {@code [rows, input width]}
   * @throws StrataException (data) where a column's preprocessing is no arithmetic; nothing has
   *     been added then
   */
  String add() {
    List<FeatureColumn> features = preprocessing.layout().features();
    for (int i = 0; i < features.size(); i++) {
      require(features.get(i), i);
    }
    OnnxNumbers numbers = new OnnxNumbers(columns);
    OnnxCategories categories = new OnnxCategories(columns);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      FeatureColumn feature = features.get(i);
      if (feature.kind() == ColumnKind.CATEGORICAL) {
        parts.add(categories.add(feature, i));
      } else if (preprocessing.bytes()) {
        parts.add(numbers.bytes(feature, i));
      } else if (feature.time() != null) {
        List<String> times = new OnnxTimes(graph).add(feature);
        for (int number = 0; number < times.size(); number++) {
          parts.add(numbers.scale(times.get(number), feature, i, number, 1));
        }
      } else {
        String x = graph.input(feature.name(), DataType.DOUBLE, feature.width());
        parts.add(numbers.scale(x, feature, i, 0, feature.width()));
      }
    }
    return parts.size() == 1
        ? parts.get(0)
        : graph.node("Concat", ROW, parts, attribute("axis", 1L));
  }

  private void require(FeatureColumn feature, int column) {
    if (feature.kind() == ColumnKind.TEXT) {
      throw refused(feature, "a column of kind " + feature.kind().text());
    }
    if (feature.resize() != null) {
      throw refused(feature, "images that are resized");
    }
    if (!preprocessing.statistics().get(column).buckets().isEmpty()) {
      throw refused(feature, "categories that share elements by a hash");
    }
  }

  /**
   * Whether a row is one that Strata rejects or drops: bool {@code [rows, 1]}; empty where no row
   * can be.
   */
  Optional<String> rejected() {
    return columns.rejected(ROW + "/rejected");
  }

  private StrataException refused(FeatureColumn feature, String found) {
    return StrataException.data("ONNX export cannot put this preprocessing into the graph")
        .file(file)
        .found("column " + feature.name() + ", " + found.toLowerCase(Locale.ROOT))
        .expected(
            "numbers, dates, times and categories; or --encoded-input, with which the model takes"
                + " rows that Strata has encoded")
        .build();
  }
}
