package dev.strata.executor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NonlinearityTest {
  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  /** Rows shorter and longer than a piece of the loop, and not dividing it. */
  @ParameterizedTest
  @Seeded(1)
  @CsvSource({"SIGMOID", "TANH", "RELU", "ELU", "IDENTITY"})
  void loopsEqualNd4jInDoublePrecision(Nonlinearity function, Seed seed) {
    SplittableRandom random = seed.splittable();
    for (int[] shape : new int[][] {{1, 1}, {7, 300}, {3, 1024}, {5, 2500}, {1500, 1}}) {
      INDArray z = numbers(random, shape[0], shape[1]);
      INDArray bias = numbers(random, 1, shape[1]);
      INDArray expected = z.castTo(DataType.DOUBLE);
      function.apply(expected, bias.castTo(DataType.DOUBLE));
      // In Fortran order by name, as DL4J's biases are.
      INDArray own = Nd4j.create(bias.data(), new long[] {shape[1]}, new long[] {1}, 0, 'f');
      assertThat(FlatMemory.arePlain(z, own)).isTrue();
      function.apply(z, own);
      assertClose(z, expected);

      INDArray delta = numbers(random, shape[0], shape[1]);
      INDArray expectedDelta = delta.castTo(DataType.DOUBLE);
      // The kink is left out: there the last bit decides.
      function.timesSlope(expectedDelta, z.castTo(DataType.DOUBLE));
      INDArray both = delta.dup();
      function.timesSlope(delta, z);
      assertClose(delta, expectedDelta);
      INDArray sums = Nd4j.create(DataType.FLOAT, 1, shape[1]).assign(Float.NaN);
      function.timesSlope(both, z, sums);
      assertThat(both).isEqualTo(delta);
      INDArray of = Nd4j.create(DataType.FLOAT, 1, shape[1]);
      Sums.ofRows(delta, of);
      assertThat(sums).isEqualTo(of);
    }
  }

  @ParameterizedTest
  @EnumSource(Nonlinearity.class)
  void slopeAndCurvatureAreTheDerivatives(Nonlinearity function) {
    double step = 1e-5;
    for (double z : new double[] {-3, -1, -0.2, 0.3, 1.5}) {
      double before = value(function, z - step);
      double at = value(function, z);
      double after = value(function, z + step);
      INDArray h = Nd4j.createFromArray(new double[][] {{at}});
      assertThat(function.slope(h).getDouble(0))
          .isCloseTo((after - before) / 2 / step, within(1e-8));
      assertThat(function.curvature(h).getDouble(0))
          .isCloseTo((after - 2 * at + before) / step / step, within(1e-4));
    }
  }

  @ParameterizedTest
  @EnumSource(Nonlinearity.class)
  void extremeArgumentsStayFinite(Nonlinearity function) {
    INDArray z = Nd4j.createFromArray(new float[][] {{-1e30f, -200, -0f, 200, 1e30f}});
    function.apply(z, Nd4j.zeros(DataType.FLOAT, 1, 5));
    INDArray delta = Nd4j.ones(DataType.FLOAT, 1, 5);
    function.timesSlope(delta, z);
    for (int i = 0; i < 5; i++) {
      assertThat(Float.isFinite(z.getFloat(i))).isTrue();
      assertThat(delta.getFloat(i)).isBetween(0f, 1f);
    }
  }

  private static double value(Nonlinearity function, double z) {
    INDArray array = Nd4j.createFromArray(new double[][] {{z}});
    function.apply(array, Nd4j.zeros(DataType.DOUBLE, 1, 1));
    return array.getDouble(0);
  }

  private static INDArray numbers(SplittableRandom random, int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) (8 * (random.nextDouble() - 0.5));
      }
    }
    return Nd4j.createFromArray(values);
  }

  private static void assertClose(INDArray found, INDArray expected) {
    assertThat(found.castTo(DataType.DOUBLE).sub(expected).normmaxNumber().doubleValue())
        .isLessThan(5e-7);
  }
}
