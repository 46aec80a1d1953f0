package dev.strata.executor.preprocess;

import dev.strata.executor.failure.StrataException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One categorical column: text → the one element of the row that becomes 1. The column's elements:
 * its categories, then the buckets that all other texts share, then that of missing ones.
 */
final class OneHotColumn {
  private final String name;
  private final ColumnStatistics statistics;
  private final MissingPolicy.Categorical missing;
  private final UnseenCategory unseen;
  private final int offset;
  private final Map<String, Integer> index;

  OneHotColumn(
      String name,
      ColumnStatistics statistics,
      MissingPolicy.Categorical missing,
      UnseenCategory unseen,
      int offset) {
    this.name = name;
    this.statistics = statistics;
    this.missing = missing;
    this.unseen = unseen;
    this.offset = offset;
    this.index = new HashMap<>(PlainText.index(statistics.categories()));
  }

  /** Sets at most one element of a row that is all zeros. */
  void encode(String text, float[] into, int rowOffset) {
    int position = text == null ? ofMissing() : ofText(text);
    if (position >= 0) {
      into[rowOffset + offset + position] = 1f;
    }
  }

  private int ofText(String text) {
    Integer known = index.get(text);
    if (known != null) {
      return known;
    }
    if (!statistics.buckets().isEmpty()) {
      return statistics.categories().size()
          + CategoryHash.bucket(text, statistics.buckets().size());
    }
    return switch (unseen) {
      case ZEROS -> -1;
      case MOST_FREQUENT -> statistics.mostFrequent();
      case ERROR ->
          throw StrataException.data(
                  "column " + name + " has a category that does not occur in the training rows")
              .key("data.unseen-category")
              .found(text)
              .expected(
                  "one of "
                      + statistics.categories().stream().limit(20).collect(Collectors.joining(", "))
                      + "; or data.unseen-category = zeros or most-frequent")
              .build();
    };
  }

  private int ofMissing() {
    return switch (missing) {
      case CATEGORY -> statistics.places();
      case MOST_FREQUENT -> statistics.mostFrequent();
      case ERROR, DROP ->
          throw StrataException.data("column " + name + " has a missing value")
              .key("data.missing.categorical")
              .found("nothing")
              .expected("a category; or data.missing.categorical = category, most-frequent or drop")
              .build();
    };
  }
}
