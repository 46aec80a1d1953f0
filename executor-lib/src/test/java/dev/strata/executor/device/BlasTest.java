package dev.strata.executor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.strata.executor.device.Blas.Factor;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.openblas.global.openblas;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BlasTest {
  @Test
  void theLibraryMultipliesLikeALoopInJavaOnOneThread() {
    BlasThreads.single();
    assertThatCode(Blas::check).doesNotThrowAnyException();
    assertThat(openblas.blas_get_num_threads()).isEqualTo(1);
  }

  @Test
  void aWrongProductNamesTheRemedy() {
    for (double wrong : new double[] {1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Blas.require("OpenBLAS", 1, wrong, 1e-5))
          .isInstanceOfSatisfying(
              StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
          .hasMessageContaining("OpenBLAS")
          .hasMessageContaining("OPENBLAS_CORETYPE");
    }
    assertThatCode(() -> Blas.require("OpenBLAS", 1, 1.000001, 1e-5)).doesNotThrowAnyException();
  }

  /** Sizes from one element to those that oneDNN cuts into blocks, all orders, both scalars. */
  @Test
  @Seeded
  void oneDnnMultipliesLikeOpenBlas(Seed seed) {
    SplittableRandom random = new SplittableRandom(seed.value());
    Gemm openBlas = new OpenBlas();
    Gemm oneDnn = loaded(openBlas);
    int[] sizes = {0, 1, 2, 7, 16, 48, 64, 97, 129, 400, 784};
    for (int draw = 0; draw < 150; draw++) {
      int m = sizes[random.nextInt(sizes.length)];
      int n = sizes[random.nextInt(sizes.length)];
      int k = sizes[random.nextInt(sizes.length)];
      boolean left = random.nextBoolean();
      boolean right = random.nextBoolean();
      double alpha = random.nextBoolean() ? 1 : random.nextDouble(-2, 2);
      double beta = random.nextBoolean() ? 0 : random.nextDouble(-2, 2);
      int offset = random.nextInt(20);
      Factor a = new Factor(numbers(random, offset + m * k), left ? k : m, left, offset);
      Factor b = new Factor(numbers(random, offset + k * n), right ? n : k, right, offset);
      INDArray before = numbers(random, m * n);
      INDArray expected = before.dup();
      INDArray found = before.dup();
      openBlas.multiply(m, n, k, alpha, leading(a), leading(b), beta, expected);
      oneDnn.multiply(m, n, k, alpha, leading(a), leading(b), beta, found);
      double largest = m * n == 0 ? 0 : found.sub(expected).amaxNumber().doubleValue();
      assertThat(largest).isLessThan(1e-4);
    }
  }

  /** A lead of 0, of a matrix without elements, is refused by BLAS. */
  private static Factor leading(Factor factor) {
    return new Factor(
        factor.array(), Math.max(1, factor.lead()), factor.transposed(), factor.offset());
  }

  private static INDArray numbers(SplittableRandom random, int count) {
    float[] numbers = new float[count + 1];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextDouble(-1, 1);
    }
    return Nd4j.createFromArray(numbers);
  }

  @Test
  void oneDnnUsesOneThreadWhicheverThreadCalls() throws InterruptedException {
    Gemm oneDnn = loaded(new OpenBlas());
    AtomicInteger threads = new AtomicInteger();
    Thread caller =
        new Thread(
            () -> {
              OneDnnLibrary.omp_set_num_threads(2);
              Blas.check(oneDnn, DataType.FLOAT);
              threads.set(OneDnnLibrary.omp_get_max_threads());
            });
    caller.start();
    caller.join();
    assertThat(threads).hasValue(1);
  }

  @Test
  void aLibraryThatMultipliesWronglyIsFound() {
    Gemm wrong =
        new Gemm() {
          @Override
          public String name() {
            return "wrong";
          }

          @Override
          public void multiply(
              long m,
              long n,
              long k,
              double alpha,
              Factor left,
              Factor right,
              double beta,
              INDArray into) {
            new OpenBlas().multiply(m, n, k, alpha, left, right, beta, into);
            into.putScalar(into.length() - 1, into.getDouble(into.length() - 1) + 1e-3);
          }
        };
    assertThatThrownBy(() -> Blas.check(wrong, DataType.FLOAT)).isInstanceOf(StrataException.class);
  }

  /** oneDNN, where the host can run it. */
  private static Gemm loaded(Gemm others) {
    Optional<Gemm> oneDnn = OneDnn.load(others);
    assumeThat(oneDnn).isPresent();
    return oneDnn.orElseThrow();
  }
}
