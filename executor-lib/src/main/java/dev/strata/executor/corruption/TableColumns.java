package dev.strata.executor.corruption;

import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Marginal;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the columns of a table are in the encoded row, and how often which value is there. */
final class TableColumns {
  private static final float[] NO_VALUES = {};
  private static final long[] NO_COUNTS = {};

  private TableColumns() {}

  static List<TableColumn> of(Preprocessing preprocessing) {
    Map<Integer, Marginal> marginals = new HashMap<>();
    preprocessing.marginals().forEach(m -> marginals.put(m.element(), m));
    List<TableColumn> columns = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < preprocessing.layout().features().size(); i++) {
      FeatureColumn feature = preprocessing.layout().features().get(i);
      int width = preprocessing.encodedWidth(i);
      switch (feature.kind()) {
        case CATEGORICAL ->
            columns.add(
                new TableColumn(
                    feature.name(), true, offset, width, NO_VALUES, counts(preprocessing, i)));
        case NUMERIC, BOOLEAN, VECTOR, DATE, TIMESTAMP -> {
          boolean single = !feature.isArray() && width == 1;
          for (int j = 0; j < width; j++) {
            String name = single ? feature.name() : feature.name() + "[" + j + "]";
            columns.add(number(name, offset + j, marginals.get(offset + j)));
          }
        }
        default -> {}
      }
      offset += width;
    }
    return columns;
  }

  private static TableColumn number(String name, int element, Marginal marginal) {
    if (marginal == null) {
      return new TableColumn(name, false, element, 1, NO_VALUES, NO_COUNTS);
    }
    float[] values = new float[marginal.values().size()];
    long[] counts = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = marginal.values().get(i);
      counts[i] = marginal.counts().get(i);
    }
    return new TableColumn(name, false, element, 1, values, counts);
  }

  /** Rows with each category as it is encoded: missing ones have their own or the most frequent. */
  private static long[] counts(Preprocessing preprocessing, int feature) {
    ColumnStatistics statistics = preprocessing.statistics().get(feature);
    long[] counts = new long[preprocessing.encodedWidth(feature)];
    List<Long> rows = new ArrayList<>(statistics.frequencies());
    rows.addAll(statistics.buckets());
    for (int i = 0; i < rows.size(); i++) {
      counts[i] = rows.get(i);
    }
    MissingPolicy.Categorical missing = preprocessing.layout().missing().categorical();
    if (missing == MissingPolicy.Categorical.CATEGORY) {
      counts[counts.length - 1] += statistics.missing();
    } else if (missing == MissingPolicy.Categorical.MOST_FREQUENT && counts.length > 0) {
      counts[statistics.mostFrequent()] += statistics.missing();
    }
    return counts;
  }
}
