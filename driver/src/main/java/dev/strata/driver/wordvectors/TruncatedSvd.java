package dev.strata.driver.wordvectors;

import dev.strata.executor.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The largest singular values of a matrix and its left singular vectors, by block Krylov iteration
 * from random directions (Musco and Musco 2015, "Randomized block Krylov methods for stronger and
 * faster approximate singular value decomposition", algorithm 2). Each direction's sign is such
 * that its element of largest size is positive. Directions whose values are nearly equal are mixed:
 * what they span together is near that of the exact ones, and depends on the seed.
 *
 * @param left {@code [n][k]}, a column of length 1 for each singular value
 * @param values the k largest, descending
 */
record TruncatedSvd(double[][] left, double[] values) {
  /** Directions of a block beyond those that are asked for. */
  private static final int MORE = 20;

  /** Blocks that follow the first one. */
  private static final int STEPS = 4;

  /** Of a direction's length, by rounding: what is left of it depends on the others. */
  private static final double DEPENDENT = 1e-10;

  /**
   * Bytes that the decomposition takes at most, without the matrix.
   *
   * @param size n
   * @param count k
   */
  static long bytes(long size, int count) {
    // The basis, its product with the matrix, and a block on its way.
    return Double.BYTES * size * (count + MORE) * (2 * (STEPS + 1) + 2);
  }

  /**
   * @param count k, at least 1 and at most n
   * @param seed of the random directions
   */
  static TruncatedSvd of(SparseMatrix matrix, int count, long seed) {
    int size = matrix.size();
    int width = Math.min(size, count + MORE);
    SparseMatrix transposed = matrix.transposed();
    double[][] block = new double[size][width];
    RandomStream random = RandomStream.of(seed, 0, 0);
    for (double[] row : block) {
      for (int i = 0; i < width; i++) {
        row[i] = random.uniform() - 0.5;
      }
    }
    List<double[]> basis = new ArrayList<>();
    block = added(basis, matrix.times(block));
    for (int i = 0; i < STEPS && basis.size() < size; i++) {
      block = added(basis, matrix.times(transposed.times(block)));
    }
    double[][] range = rows(basis, 0);
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
   * Adds to a basis what columns have beyond it, at right angles and of length 1, by Gram and
   * Schmidt, twice (Giraud et al. 2005: once more is enough). A column that depends on those before
   * it becomes 0.
   *
   * @param columns {@code [n][width]}
   * @return what was added, {@code [n][width]}
   */
  private static double[][] added(List<double[]> basis, double[][] columns) {
    int from = basis.size();
    for (int i = 0; i < columns[0].length; i++) {
      double[] column = new double[columns.length];
      for (int row = 0; row < column.length; row++) {
        column[row] = columns[row][i];
      }
      double before = length(column);
      for (int pass = 0; pass < 2; pass++) {
        basis.forEach(direction -> subtract(column, direction));
      }
      double after = length(column);
      double factor = after > before * DEPENDENT ? 1 / after : 0;
      for (int row = 0; row < column.length; row++) {
        column[row] *= factor;
      }
      basis.add(column);
    }
    return rows(basis, from);
  }

  /** Columns from a number on, row by row. */
  private static double[][] rows(List<double[]> columns, int from) {
    double[][] rows = new double[columns.get(0).length][columns.size() - from];
    for (int i = from; i < columns.size(); i++) {
      for (int row = 0; row < rows.length; row++) {
        rows[row][i - from] = columns.get(i)[row];
      }
    }
    return rows;
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
