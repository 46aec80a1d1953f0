package dev.strata.executor.preprocess;

import java.io.Serializable;
import java.util.List;

/**
 * Value counts of one number of the encoded row over the training rows.
 *
 * @param element of the encoded row
 * @param values scaled as a network takes them, ascending
 * @param counts rows that have each; where there are too many values, rows of a sample
 */
public record Marginal(int element, List<Float> values, List<Long> counts) implements Serializable {
  public Marginal {
    values = List.copyOf(values);
    counts = List.copyOf(counts);
  }
}
