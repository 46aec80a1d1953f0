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
    List<double[]> images = new ArrayList<>();
    block = added(basis, matrix.times(block));
    for (int step = 0; ; step++) {
      double[][] image = transposed.times(block);
      images.addAll(columns(image));
      if (step == STEPS || basis.size() >= size) {
        break;
      }
      block = added(basis, matrix.times(image));
    }
    EigenDecomposition squares =
        new EigenDecomposition(new Array2DRowRealMatrix(gram(images), false));
    double[] values = new double[count];
    double[][] left = new double[size][count];
    for (int k = 0; k < count; k++) {
      values[k] = Math.sqrt(Math.max(0, squares.getRealEigenvalue(k)));
      column(basis, squares.getEigenvector(k).toArray(), left, k);
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

  /** Writes {@code basis · weights} into a column, with its sign. */
  private static void column(List<double[]> basis, double[] weights, double[][] to, int column) {
    double[] sums = new double[to.length];
    for (int i = 0; i < weights.length; i++) {
      double[] direction = basis.get(i);
      for (int row = 0; row < sums.length; row++) {
        sums[row] += direction[row] * weights[i];
      }
    }
    double largest = 0;
    for (double sum : sums) {
      largest = Math.abs(sum) > Math.abs(largest) ? sum : largest;
    }
    for (int row = 0; row < sums.length; row++) {
      to[row][column] = largest < 0 ? -sums[row] : sums[row];
    }
  }

  /** The products of all columns with each other. */
  private static double[][] gram(List<double[]> columns) {
    double[][] gram = new double[columns.size()][columns.size()];
    for (int i = 0; i < gram.length; i++) {
      for (int j = 0; j <= i; j++) {
        gram[i][j] = product(columns.get(i), columns.get(j));
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
    for (double[] column : columns(columns)) {
      double before = Math.sqrt(product(column, column));
      for (int pass = 0; pass < 2; pass++) {
        basis.forEach(direction -> subtract(column, direction));
      }
      double after = Math.sqrt(product(column, column));
      double factor = after > before * DEPENDENT ? 1 / after : 0;
      for (int row = 0; row < column.length; row++) {
        column[row] *= factor;
      }
      basis.add(column);
    }
    double[][] rows = new double[columns.length][basis.size() - from];
    for (int i = from; i < basis.size(); i++) {
      for (int row = 0; row < rows.length; row++) {
        rows[row][i - from] = basis.get(i)[row];
      }
    }
    return rows;
  }

  /** Each column of a matrix, which is stored row by row. */
  private static List<double[]> columns(double[][] rows) {
    List<double[]> columns = new ArrayList<>();
    for (int i = 0; i < rows[0].length; i++) {
      double[] column = new double[rows.length];
      for (int row = 0; row < rows.length; row++) {
        column[row] = rows[row][i];
      }
      columns.add(column);
    }
    return columns;
  }

  /** Takes from a column its part in a direction of length 1. */
  private static void subtract(double[] column, double[] direction) {
    double part = product(column, direction);
    for (int row = 0; row < column.length; row++) {
      column[row] -= part * direction[row];
    }
  }

  private static double product(double[] one, double[] other) {
    double sum = 0;
    for (int row = 0; row < one.length; row++) {
      sum += one[row] * other[row];
    }
    return sum;
  }
}
