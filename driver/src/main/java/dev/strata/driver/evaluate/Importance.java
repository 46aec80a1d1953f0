package dev.strata.driver.evaluate;

import java.util.List;

/**
 * How much worse a model is without each column.
 *
 * @param metric that is measured
 * @param value of the rows as they are
 * @param repeats permutations of each column
 * @param columns most important first
 */
public record Importance(String metric, double value, int repeats, List<Column> columns) {
  public Importance {
    columns = List.copyOf(columns);
  }

  /**
   * A source column.
   *
   * @param mean by how much the metric is worse where the column's values are permuted; below 0
   *     where it is better
   * @param deviation standard deviation over the repeats (n - 1); 0 of one repeat
   */
  public record Column(String name, double mean, double deviation) {}
}
