package dev.strata.driver.simple;

import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * Labels as a model is fitted to them: less a mean, divided by a deviation.
 *
 * @param deviation above 0
 */
record LabelScale(double mean, double deviation) implements Serializable {
  /** Labels as they are. */
  static final LabelScale NONE = new LabelScale(0, 1);

  /**
   * To a mean of 0 and a deviation of 1; where all labels are the same, they are 0.
   *
   * @param chosen numbers of the rows, whose weights count
   */
  static LabelScale of(LabelledRows rows, int[] chosen) {
    double weight = IntStream.of(chosen).mapToDouble(row -> rows.weights()[row]).sum();
    double mean =
        IntStream.of(chosen).mapToDouble(row -> rows.weights()[row] * rows.labels()[row]).sum()
            / weight;
    double variance =
        IntStream.of(chosen)
                .mapToDouble(row -> rows.weights()[row] * Math.pow(rows.labels()[row] - mean, 2))
                .sum()
            / weight;
    return variance > 0 ? new LabelScale(mean, Math.sqrt(variance)) : new LabelScale(mean, 1);
  }

  double scaled(double label) {
    return (label - mean) / deviation;
  }

  double restored(double scaled) {
    return scaled * deviation + mean;
  }
}
