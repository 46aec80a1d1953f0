package dev.strata.driver.wordvectors;

import dev.strata.executor.random.RandomStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The largest singular values of a matrix and its left singular vectors, by subspace iteration from
 * random directions (Halko, Martinsson and Tropp 2011, algorithm 4.4). Each direction's sign is
 * such that its element of largest size is positive.
 *
 * @param left {@code [n][k]}, a column of length 1 for each singular value
 * @param values the k largest, descending
 */
record TruncatedSvd(double[][] left, double[] values) {
  /** Directions beyond those that are asked for, which make these more exact. */
  private static final int MORE = 20;

  private static final int ITERATIONS = 6;

  /** Of a direction's length, by rounding: what is left of it depends on the others. */
  private static final double DEPENDENT = 1e-10;

  /**
   * Bytes that the decomposition takes at most, without the matrix.
   *
   * @param size n
   * @param count k
   */
  static long bytes(long size, int count) {
    // The range, its product with the matrix, and the columns at right angles.
    return 3 * Double.BYTES * size * (count + MORE);
  }

  /**
   * @param count k, at least 1 and at most n
   * @param seed of the random directions
   */
  static TruncatedSvd of(SparseMatrix matrix, int count, long seed) {
    int size = matrix.size();
    int width = Math.min(size, count + MORE);
    SparseMatrix transposed = matrix.transposed();
    double[][] directions = new double[size][width];
    RandomStream random = RandomStream.of(seed, 0, 0);
    for (double[] row : directions) {
      for (int i = 0; i < width; i++) {
        row[i] = random.uniform() - 0.5;
      }
    }
    double[][] range = orthonormal(matrix.times(directions));
    for (int i = 0; i < ITERATIONS; i++) {
      range = orthonormal(matrix.times(orthonormal(transposed.times(range))));
    }
    EigenDecomposition squares =
        new EigenDecomposition(new Array2DRowRealMatrix(gram(transposed.times(range)), false));
    double[] values = new double[count];
    double[][] left = new double[size][count];
    for (int k = 0; k < count; k++) {
      values[k] = Math.sqrt(Math.max(0, squares.getRealEigenvalue(k)));
      column(range, squares.getEigenvector(k).toArray(), left, k);
    }
    return new TruncatedSvd(left, values);
  }

  /** Sum of the squared singular values. */
  double squares() {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return sum;
  }

  /** Writes {@code range · weights} into a column, with its sign. */
  private static void column(double[][] range, double[] weights, double[][] to, int column) {
    double largest = 0;
    for (int row = 0; row < range.length; row++) {
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        sum += range[row][i] * weights[i];
      }
      to[row][column] = sum;
      largest = Math.abs(sum) > Math.abs(largest) ? sum : largest;
    }
    if (largest < 0) {
      for (double[] row : to) {
        row[column] = -row[column];
      }
    }
  }

  /** The products of all columns with each other. */
  private static double[][] gram(double[][] columns) {
    int width = columns[0].length;
    double[][] gram = new double[width][width];
    for (double[] row : columns) {
      for (int i = 0; i < width; i++) {
        for (int j = 0; j <= i; j++) {
          gram[i][j] += row[i] * row[j];
        }
      }
    }
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < i; j++) {
        gram[j][i] = gram[i][j];
      }
    }
    return gram;
  }

  /**
   * Replaces columns by those of length 1 at right angles that span what the given ones do, by Gram
   * and Schmidt, twice (Giraud et al. 2005: once more is enough). A column that depends on those
   * before it becomes 0.
   */
  private static double[][] orthonormal(double[][] columns) {
    int size = columns.length;
    int width = columns[0].length;
    double[][] done = new double[width][];
    for (int i = 0; i < width; i++) {
      double[] column = new double[size];
      for (int row = 0; row < size; row++) {
        column[row] = columns[row][i];
      }
      double before = length(column);
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          subtract(column, done[j]);
        }
      }
      double after = length(column);
      double factor = after > before * DEPENDENT ? 1 / after : 0;
      for (int row = 0; row < size; row++) {
        column[row] *= factor;
      }
      done[i] = column;
    }
    for (int i = 0; i < width; i++) {
      for (int row = 0; row < size; row++) {
        columns[row][i] = done[i][row];
      }
    }
    return columns;
  }

  /** Takes from a column its part in a direction of length 1. */
  private static void subtract(double[] column, double[] direction) {
    double part = 0;
    for (int row = 0; row < column.length; row++) {
      part += column[row] * direction[row];
    }
    for (int row = 0; row < column.length; row++) {
      column[row] -= part * direction[row];
    }
  }

  private static double length(double[] column) {
    double sum = 0;
    for (double value : column) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
