package dev.strata.executor.preprocess;

import java.util.Arrays;

/** Values of one number in the rows of a sample; grows as they come. */
final class NumberSample {
  private double[] values = new double[0];
  private int size;

  void add(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.max(16, 2 * size));
    }
    values[size++] = value;
  }

  void addAll(double[] more) {
    for (double value : more) {
      add(value);
    }
  }

  double[] values() {
    return Arrays.copyOf(values, size);
  }
}
