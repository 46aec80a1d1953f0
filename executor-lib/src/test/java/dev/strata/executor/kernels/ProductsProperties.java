package dev.strata.executor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.device.BlasThreads;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What holds for products of any shape, in any place of a longer vector, in both types. */
class ProductsProperties {
  static {
    BlasThreads.single();
  }

  /**
   * Matrices of a product.
   *
   * @param offset elements before each matrix in its vector
   */
  record Case(int rows, int in, int out, int offset, DataType type, long seed) {
    /** Numbers in a view behind the offset. */
    INDArray matrix(long salt, char order, int rows, int columns) {
      SplittableRandom random = new SplittableRandom(seed * 31 + salt);
      double[] numbers = random.doubles(offset + (long) rows * columns + 3, -1, 1).toArray();
      return Nd4j.createFromArray(numbers)
          .castTo(type)
          .reshape(1, numbers.length)
          .get(NDArrayIndex.all(), NDArrayIndex.interval(offset, offset + (long) rows * columns))
          .reshape(order, rows, columns);
    }

    double tolerance() {
      return type == DataType.FLOAT ? 2e-5 : 1e-12;
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Integer> sizes =
        Arbitraries.oneOf(
            Arbitraries.of(1, 2, 8, 16, 17, 31, 32, 33, 48, 64),
            Arbitraries.integers().between(1, 70));
    return Combinators.combine(
            sizes,
            sizes,
            sizes,
            Arbitraries.integers().between(0, 17),
            Arbitraries.of(DataType.FLOAT, DataType.DOUBLE),
            Arbitraries.longs().between(0, 1_000_000))
        .as(Case::new);
  }

  @Property(tries = 60)
  void productsAreSumsOfThreeLoops(@ForAll("cases") Case one) {
    INDArray x = one.matrix(1, 'c', one.rows, one.in);
    INDArray y = one.matrix(2, 'c', one.rows, one.out);
    INDArray w = one.matrix(3, 'f', one.in, one.out);
    INDArray forward = one.matrix(4, 'c', one.rows, one.out);
    INDArray back = one.matrix(5, 'c', one.rows, one.in);
    INDArray outer = one.matrix(6, 'f', one.in, one.out);
    double[][] before = outer.castTo(DataType.DOUBLE).toDoubleMatrix();
    Products.forward(x, w, forward);
    Products.back(y, w, back);
    Products.outer(x, y, outer, -2, 0.5);
    double[][] xs = x.castTo(DataType.DOUBLE).toDoubleMatrix();
    double[][] ys = y.castTo(DataType.DOUBLE).toDoubleMatrix();
    double[][] ws = w.castTo(DataType.DOUBLE).toDoubleMatrix();
    for (int r = 0; r < one.rows; r++) {
      for (int o = 0; o < one.out; o++) {
        double sum = 0;
        for (int i = 0; i < one.in; i++) {
          sum += xs[r][i] * ws[i][o];
        }
        assertClose(forward, r, o, sum, one);
      }
      for (int i = 0; i < one.in; i++) {
        double sum = 0;
        for (int o = 0; o < one.out; o++) {
          sum += ys[r][o] * ws[i][o];
        }
        assertClose(back, r, i, sum, one);
      }
    }
    for (int i = 0; i < one.in; i++) {
      for (int o = 0; o < one.out; o++) {
        double sum = 0.5 * before[i][o];
        for (int r = 0; r < one.rows; r++) {
          sum -= 2 * xs[r][i] * ys[r][o];
        }
        assertClose(outer, i, o, sum, one);
      }
    }
  }

  /** What the contract of the same bytes rests on: no bit depends on where operands lie. */
  @Property(tries = 60)
  void placesInMemoryChangeNoBit(@ForAll("cases") Case one) {
    Case elsewhere = new Case(one.rows, one.in, one.out, one.offset + 1, one.type, one.seed);
    assertThat(forward(one, one)).isEqualTo(forward(elsewhere, one));
    assertThat(outer(one, one)).isEqualTo(outer(elsewhere, one));
  }

  /** The same with sizes of real layers, which libraries cut into blocks. */
  @Example
  void placesInMemoryChangeNoBitOfLargeProducts() {
    int[][] sizes = {{64, 784, 500}, {128, 250, 784}, {1, 1000, 300}, {3, 512, 1024}};
    for (int[] size : sizes) {
      Case one = new Case(size[0], size[1], size[2], 0, DataType.FLOAT, 7);
      for (int offset : new int[] {1, 4, 7, 16}) {
        Case elsewhere = new Case(one.rows, one.in, one.out, offset, one.type, one.seed);
        assertThat(forward(elsewhere, one)).isEqualTo(forward(one, one));
        assertThat(outer(elsewhere, one)).isEqualTo(outer(one, one));
      }
    }
  }

  /** Numbers of one case in the places of another. */
  private static double[] forward(Case places, Case numbers) {
    INDArray x = places.matrix(1, 'c', places.rows, places.in);
    INDArray w = places.matrix(3, 'f', places.in, places.out);
    x.assign(numbers.matrix(1, 'c', places.rows, places.in));
    w.assign(numbers.matrix(3, 'f', places.in, places.out));
    INDArray into = places.matrix(4, 'c', places.rows, places.out);
    Products.forward(x, w, into);
    return into.dup('c').reshape(into.length()).toDoubleVector();
  }

  private static double[] outer(Case places, Case numbers) {
    INDArray x = places.matrix(1, 'c', places.rows, places.in);
    INDArray y = places.matrix(2, 'c', places.rows, places.out);
    x.assign(numbers.matrix(1, 'c', places.rows, places.in));
    y.assign(numbers.matrix(2, 'c', places.rows, places.out));
    INDArray into = places.matrix(6, 'f', places.in, places.out);
    Products.outer(x, y, into, 1, 0);
    return into.dup('c').reshape(into.length()).toDoubleVector();
  }

  private static void assertClose(INDArray found, int i, int j, double expected, Case one) {
    double off = Math.abs(found.getDouble(i, j) - expected);
    if (!(off <= one.tolerance())) {
      throw new AssertionError(
          one + ": " + found.getDouble(i, j) + " at " + i + ", " + j + ", expected " + expected);
    }
  }

  @Example
  void matricesThatBlasWouldMisreadAreRefused() {
    INDArray rows = Nd4j.create(DataType.FLOAT, new long[] {4, 3}, 'c');
    INDArray weights = Nd4j.create(DataType.FLOAT, new long[] {3, 2}, 'f');
    INDArray into = Nd4j.create(DataType.FLOAT, new long[] {4, 2}, 'c');
    Products.forward(rows, weights, into);
    refused(() -> Products.forward(rows.dup('f'), weights, into), "strides");
    refused(() -> Products.forward(rows, weights.dup('c'), into), "strides");
    refused(() -> Products.forward(rows, weights, into.dup('f')), "strides");
    refused(() -> Products.forward(rows.castTo(DataType.DOUBLE), weights, into), "DOUBLE");
    refused(() -> Products.back(rows, weights, into), "[4, 3] instead of [4, 2]");
    refused(() -> Products.outer(into, rows, weights, 1, 0), "[4, 2] instead of [4, 3]");
    INDArray halves = Nd4j.create(DataType.FLOAT, new long[] {4, 6}, 'c');
    INDArray half = halves.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 3));
    refused(() -> Products.forward(half, weights, into), "strides");
  }

  private static void refused(Runnable product, String message) {
    assertThatThrownBy(product::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
