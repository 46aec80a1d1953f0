package dev.strata.executor.preprocess;

import java.io.Serializable;
import java.util.List;

/**
 * Statistics of one feature column over the training rows; lists have one entry for each number of
 * the column and are empty for a categorical one.
 *
 * @param missing missing numbers or texts in the column
 * @param deviation population standard deviation
 * @param categories in the order of the encoding; empty for numbers
 * @param frequencies rows of each category
 */
public record ColumnStatistics(
    long missing,
    List<Double> mean,
    List<Double> deviation,
    List<Double> minimum,
    List<Double> maximum,
    List<String> categories,
    List<Long> frequencies)
    implements Serializable {
  public ColumnStatistics {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    minimum = List.copyOf(minimum);
    maximum = List.copyOf(maximum);
    categories = List.copyOf(categories);
    frequencies = List.copyOf(frequencies);
  }

  /** Index of the category that most rows have; the first of equals; -1 without categories. */
  public int mostFrequent() {
    int best = -1;
    for (int i = 0; i < frequencies.size(); i++) {
      if (best < 0 || frequencies.get(i) > frequencies.get(best)) {
        best = i;
      }
    }
    return best;
  }
}
