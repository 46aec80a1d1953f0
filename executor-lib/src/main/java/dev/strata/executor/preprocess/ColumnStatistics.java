package dev.strata.executor.preprocess;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;

/**
 * Statistics of one feature column over the training rows; lists have one entry for each number of
 * the column and are empty for a categorical one.
 *
 * @param missing missing numbers or texts in the column
 * @param mean of {@code sign(x) · log(1 + |x|)} where the number's scaling is {@link Scaling#LOG};
 *     so are deviation, minimum and maximum
 * @param deviation population standard deviation
 * @param categories with an element of their own, in the order of the encoding; empty for numbers
 * @param frequencies rows of each category
 * @param quantiles of each number at even levels; empty for a number whose scaling needs none, and
 *     as a whole where no number's does
 * @param buckets rows of each element that several categories share, by {@link CategoryHash}; empty
 *     where every category has its own
 */
@RecordBuilder
public record ColumnStatistics(
    long missing,
    List<Double> mean,
    List<Double> deviation,
    List<Double> minimum,
    List<Double> maximum,
    List<String> categories,
    List<Long> frequencies,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<List<Double>> quantiles,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Long> buckets)
    implements Serializable {
  public ColumnStatistics {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    minimum = List.copyOf(minimum);
    maximum = List.copyOf(maximum);
    categories = List.copyOf(categories);
    frequencies = List.copyOf(frequencies);
    quantiles = quantiles == null ? List.of() : quantiles.stream().map(List::copyOf).toList();
    buckets = buckets == null ? List.of() : List.copyOf(buckets);
  }

  /** Without quantiles, and with an element for each category. */
  public ColumnStatistics(
      long missing,
      List<Double> mean,
      List<Double> deviation,
      List<Double> minimum,
      List<Double> maximum,
      List<String> categories,
      List<Long> frequencies) {
    this(missing, mean, deviation, minimum, maximum, categories, frequencies, List.of(), List.of());
  }

  /** The same without quantiles. */
  ColumnStatistics withoutQuantiles() {
    return ColumnStatisticsBuilder.builder(this).quantiles(List.of()).build();
  }

  /** Elements of a column of categories, without that of missing ones. */
  public int places() {
    return categories.size() + buckets.size();
  }

  /**
   * Index of the category that most rows have, of the bucket where all categories share buckets;
   * the first of equals; -1 without categories.
   */
  public int mostFrequent() {
    List<Long> rows = frequencies.isEmpty() ? buckets : frequencies;
    int best = -1;
    for (int i = 0; i < rows.size(); i++) {
      if (best < 0 || rows.get(i) > rows.get(best)) {
        best = i;
      }
    }
    return best;
  }
}
