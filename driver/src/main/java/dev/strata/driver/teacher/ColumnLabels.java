package dev.strata.driver.teacher;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.BlockLabels;
import java.util.Arrays;

/**
 * Probabilities of a column of the data as labels: one for each class, or, of two classes, that of
 * the second alone. They are divided by their sum.
 *
 * @param column named in errors
 */
record ColumnLabels(String column) implements BlockLabels.RowLabels {
  /** Probabilities that were rounded to three digits still sum to 1. */
  private static final double TOLERANCE = 0.01;

  @Override
  public float[] of(float[] input, double[] label) {
    double[] all = label.length == 1 ? new double[] {1 - label[0], label[0]} : label;
    double sum = Arrays.stream(all).sum();
    boolean negative = Arrays.stream(all).anyMatch(p -> p < 0);
    if (negative || Math.abs(sum - 1) > TOLERANCE) {
      throw StrataException.data("column " + column + " does not hold probabilities in every row")
          .key("task.teacher.column")
          .found(Arrays.toString(label))
          .expected(
              label.length == 1 ? "a number in [0, 1]" : "numbers of at least 0 whose sum is 1")
          .build();
    }
    float[] floats = new float[all.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) (all[i] / sum);
    }
    return floats;
  }
}
