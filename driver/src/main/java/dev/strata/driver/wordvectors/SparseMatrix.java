package dev.strata.driver.wordvectors;

import java.util.stream.IntStream;

/**
 * A square matrix most of whose elements are 0, row by row.
 *
 * @param starts of each row among the elements; one more, their number
 * @param columns of the elements, ascending within a row
 * @param values of the elements
 */
record SparseMatrix(int[] starts, int[] columns, float[] values) {
  /** Number of rows n, and of columns. */
  int size() {
    return starts.length - 1;
  }

  /** Sum of the squared elements. */
  double squares() {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  /**
   * The product with another matrix.
   *
   * @param right {@code [n][m]}
   * @return {@code [n][m]}; each row is one thread's, so that sums do not depend on their number
   */
  double[][] times(double[][] right) {
    int width = right[0].length;
    double[][] product = new double[size()][width];
    IntStream.range(0, size())
        .parallel()
        .forEach(
            row -> {
              double[] sum = product[row];
              for (int e = starts[row]; e < starts[row + 1]; e++) {
                double value = values[e];
                double[] factor = right[columns[e]];
                for (int i = 0; i < width; i++) {
                  sum[i] += value * factor[i];
                }
              }
            });
    return product;
  }

  /** Rows and columns exchanged. */
  SparseMatrix transposed() {
    int[] from = new int[size() + 1];
    for (int column : columns) {
      from[column + 1]++;
    }
    for (int i = 0; i < size(); i++) {
      from[i + 1] += from[i];
    }
    int[] next = from.clone();
    int[] rows = new int[columns.length];
    float[] moved = new float[values.length];
    for (int row = 0; row < size(); row++) {
      for (int e = starts[row]; e < starts[row + 1]; e++) {
        int to = next[columns[e]]++;
        rows[to] = row;
        moved[to] = values[e];
      }
    }
    return new SparseMatrix(from, rows, moved);
  }
}
