package dev.strata.executor.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.device.BlasThreads;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ProductsTest {
  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  /** Weights and targets are views into longer vectors, as in learners. */
  @ParameterizedTest
  @CsvSource({
    "5, 4, 3, FLOAT",
    "1, 4, 3, FLOAT",
    "5, 1, 3, FLOAT",
    "5, 4, 1, FLOAT",
    "1, 1, 1, FLOAT",
    "5, 4, 3, DOUBLE"
  })
  void productsEqualThoseOfNd4j(int rows, int in, int out, DataType type) {
    INDArray weights = view(type, in, out);
    INDArray x = Nd4j.rand(type, rows, in);
    INDArray y = Nd4j.rand(type, rows, out);

    INDArray forward = Nd4j.create(type, new long[] {rows, out}, 'c');
    Products.forward(x, weights, forward);
    assertClose(forward, x.mmul(weights));

    INDArray back = Nd4j.create(type, new long[] {rows, in}, 'c');
    Products.back(y, weights, back);
    assertClose(back, y.mmul(weights.transpose()));

    INDArray outer = view(type, in, out);
    INDArray expected = outer.mul(0.5).addi(x.transpose().mmul(y).muli(-2));
    Products.outer(x, y, outer, -2, 0.5);
    assertClose(outer, expected);
  }

  private static INDArray view(DataType type, int in, int out) {
    INDArray flat = Nd4j.rand(type, 1, in * out + 7);
    return flat.get(NDArrayIndex.all(), NDArrayIndex.interval(5, 5 + in * out))
        .reshape('f', in, out);
  }

  private static void assertClose(INDArray found, INDArray expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    assertThat(found.sub(expected).normmaxNumber().doubleValue()).isLessThan(1e-5);
  }
}
