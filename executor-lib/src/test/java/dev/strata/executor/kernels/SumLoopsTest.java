package dev.strata.executor.kernels;

import static dev.strata.executor.kernels.KernelCases.SIZES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.kernels.KernelCases.Guarded;
import dev.strata.executor.kernels.KernelCases.Layout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Sums, losses and steps of flat vectors against loops in float64, in both implementations. */
class SumLoopsTest {
  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static boolean skipped(Layout layout, int size) {
    return !layout.plain && size > 65 && size != 1025;
  }

  @Test
  void lanesAddUpPiecesOfEveryCount() {
    for (int size : SIZES) {
      LaneSum sum = new LaneSum();
      double expected = 0;
      float[] values = KernelCases.numbers(size, Math.min(size, FlatMemory.PIECE), 1);
      // More pieces than lanes take before they are emptied.
      for (int piece = 0; piece < 200; piece++) {
        int count = Math.max(0, values.length - piece % 3);
        sum.add(values, count);
        for (int i = 0; i < count; i++) {
          expected += values[i];
        }
      }
      assertThat(sum.total()).isCloseTo(expected, within(2e-6 * 200 * size));
      assertThat(sum.total()).isCloseTo(expected, within(2e-6 * 200 * size));
    }
    assertThat(new LaneSum().total()).isZero();
    LaneSum none = new LaneSum();
    none.add(new float[0], 0);
    assertThat(none.total()).isZero();
  }

  @Test
  void sumsOfWhatIsNotFiniteAreNotFinite() {
    for (float special : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int size : SIZES) {
        float[] values = KernelCases.numbers(size, size, 1);
        values[size / 2] = special;
        INDArray array = KernelCases.array(Layout.PLAIN, values, 1, size).array();
        double sum = ReconstructionLoss.squares(array);
        assertThat(Float.isNaN(special) ? Double.isNaN(sum) : sum == special).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void squares(Layout layout) {
    // The last one has more pieces than lanes take before they are emptied.
    for (int size : IntStream.concat(IntStream.of(SIZES), IntStream.of(70_001)).toArray()) {
      if (skipped(layout, size)) {
        continue;
      }
      float[] special = {0f, -0f, 1e-40f, -1e-30f};
      float[] values = KernelCases.withSpecial(size, size, 3, special);
      Guarded array = KernelCases.array(layout, values, 1, size);
      double expected = Arrays.stream(KernelCases.map(values, x -> x * x)).sum();
      assertThat(ReconstructionLoss.squares(array.array()))
          .isCloseTo(expected, within(1e-6 * expected + 1e-30));
      KernelCases.assertSame(array.values(), values, layout + " " + size);
      float[] others = KernelCases.numbers(size + 1, size, 3);
      double distance = 0;
      for (int i = 0; i < size; i++) {
        distance += Math.pow((double) values[i] - others[i], 2);
      }
      INDArray other = KernelCases.array(layout, others, 1, size).array();
      assertThat(ReconstructionLoss.squaredDistance(array.array(), other))
          .isCloseTo(distance, within(1e-6 * distance + 1e-30));
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void meansOfColumnsAndWhatLiesHalfway(Layout layout) {
    for (int size : SIZES) {
      if (skipped(layout, size)) {
        continue;
      }
      float[] first = KernelCases.numbers(size, 3 * size, 2);
      float[] second = KernelCases.numbers(size + 1, 5 * size, 2);
      Guarded difference = KernelCases.array(layout, new float[size], 1, size);
      Guarded halfway = KernelCases.array(layout, new float[size], 1, size);
      ColumnMeans.write(
          KernelCases.array(layout, first, 3, size).array(),
          KernelCases.array(layout, second, 5, size).array(),
          difference.array(),
          halfway.array());
      for (int j = 0; j < size; j++) {
        double one = mean(first, j, size);
        double other = mean(second, j, size);
        assertThat((double) difference.values()[j]).isCloseTo(other - one, within(2e-6));
        assertThat((double) halfway.values()[j]).isCloseTo((one + other) / 2, within(2e-6));
      }
      difference.assertUntouchedAround();
      halfway.assertUntouchedAround();
    }
  }

  private static double mean(float[] rows, int column, int columns) {
    return IntStream.range(0, rows.length / columns)
        .mapToDouble(row -> rows[row * columns + column])
        .average()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void rowsAroundTheirMeans(Layout layout) {
    for (int size : SIZES) {
      if (skipped(layout, size)) {
        continue;
      }
      float[] x = KernelCases.numbers(size, 3 * size, 2);
      float[] mean = KernelCases.numbers(size + 1, size, 1);
      Guarded into = KernelCases.array(layout, new float[5 * size], 5, size);
      CenteredRows.write(
          KernelCases.array(layout, x, 3, size).array(),
          KernelCases.array(layout, mean, 1, size).array(),
          -0.25,
          into.array(),
          1);
      double[] expected = new double[5 * size];
      for (int i = 0; i < x.length; i++) {
        expected[size + i] = -0.25 * ((double) x[i] - mean[i % size]);
      }
      KernelCases.assertClose(into.values(), expected, 1e-6, layout + " " + size);
      into.assertUntouchedAround();
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void crossEntropyAndItsGradient(Layout layout) {
    for (int size : SIZES) {
      int rows = size > 5000 ? 1 : 3;
      if (skipped(layout, size)) {
        continue;
      }
      int count = rows * size;
      float[] far = {0f, -0f, 30f, -30f, 80f, -80f, 1e-40f};
      float[] z = KernelCases.withSpecial(size, count, 6, far);
      float[] bias = KernelCases.numbers(size + 1, size, 0.5);
      float[] x = KernelCases.numbers(size + 2, count, 1);
      for (int i = 0; i < count; i++) {
        x[i] = i % 5 == 0 ? 0 : i % 5 == 1 ? 1 : Math.abs(x[i]);
      }
      double sum = 0;
      double[] gradient = new double[count];
      for (int i = 0; i < count; i++) {
        double logit = z[i] + bias[i % size];
        sum += Math.max(0, logit) + Math.log1p(Math.exp(-Math.abs(logit))) - x[i] * logit;
        gradient[i] = (1 / (1 + Math.exp(-logit)) - x[i]) * 0.25;
      }
      Guarded logits = KernelCases.array(layout, z, rows, size);
      double found =
          ReconstructionLoss.crossEntropy(
              logits.array(),
              KernelCases.array(layout, bias, 1, size).array(),
              KernelCases.array(layout, x, rows, size).array(),
              0.25);
      assertThat(found).as("%s %s", layout, size).isCloseTo(sum, within(2e-6 * sum + 1e-6));
      KernelCases.assertClose(logits.values(), gradient, 5e-7, layout + " " + size);
      logits.assertUntouchedAround();
    }
  }

  @ParameterizedTest
  @EnumSource(Nonlinearity.class)
  void squaredErrorAndItsGradient(Nonlinearity function) {
    for (Layout layout : Layout.values()) {
      for (int size : SIZES) {
        if (skipped(layout, size)) {
          continue;
        }
        float[] z = KernelCases.numbers(size, size, 2);
        float[] bias = KernelCases.numbers(size + 1, size, 0.5);
        float[] x = KernelCases.numbers(size + 2, size, 1);
        Guarded activated = KernelCases.array(Layout.DOUBLES, z, 1, size);
        function.apply(activated.array(), KernelCases.array(Layout.DOUBLES, bias, 1, size).array());
        double[] r = activated.array().data().asDouble();
        double[] slope = function.slope(activated.array()).data().asDouble();
        double sum = 0;
        double[] gradient = new double[size];
        for (int i = 0; i < size; i++) {
          sum += (r[i] - x[i]) * (r[i] - x[i]) / 2;
          gradient[i] = (r[i] - x[i]) * slope[i] * 0.25;
        }
        Guarded values = KernelCases.array(layout, z, 1, size);
        double found =
            ReconstructionLoss.squaredError(
                function,
                values.array(),
                KernelCases.array(layout, bias, 1, size).array(),
                KernelCases.array(layout, x, 1, size).array(),
                0.25);
        String what = function + " " + layout + " " + size;
        assertThat(found).as(what).isCloseTo(sum, within(2e-6 * sum + 1e-6));
        KernelCases.assertClose(values.values(), gradient, 1e-6, what);
        values.assertUntouchedAround();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void sumsOfRows(Layout layout) {
    for (int size : SIZES) {
      for (int rows : size > 5000 ? new int[] {2} : new int[] {1, 2, 7, 64}) {
        if (skipped(layout, size)) {
          continue;
        }
        float[] values = KernelCases.numbers(size, rows * size, 2);
        values[0] = size % 2 == 0 ? Float.NEGATIVE_INFINITY : Float.NaN;
        double[] expected = new double[size];
        for (int i = 0; i < values.length; i++) {
          expected[i % size] += values[i];
        }
        Guarded into = KernelCases.array(layout, new float[size], 1, size);
        Sums.ofRows(KernelCases.array(layout, values, rows, size).array(), into.array());
        KernelCases.assertClose(into.values(), expected, 1e-5, layout + " " + rows + "x" + size);
        into.assertUntouchedAround();
      }
    }
  }

  /** In Fortran order, as weights are; in C order ND4J's operations do it. */
  @Test
  void columnsInBothOrders() {
    for (char order : new char[] {'f', 'c'}) {
      for (int size : SIZES) {
        if (order == 'c' && size > 65 || size > 5000) {
          continue;
        }
        int units = 5;
        float[] a = KernelCases.withSpecial(size, size * units, 2, new float[] {0f, -0f, 1e-40f});
        float[] b = KernelCases.numbers(size + 1, size * units, 2);
        float[] factors = {0f, -0f, 1f, -2.5f, 1e-30f};
        double[] squares = new double[units];
        double[] scaled = new double[size * units];
        for (int i = 0; i < a.length; i++) {
          squares[i % units] += (double) a[i] * a[i];
          scaled[i] = a[i] + factors[i % units] * b[i];
        }
        INDArray matrix = matrix(order, a, size, units);
        float[] found = KernelCases.values(Sums.ofColumnSquares(matrix));
        KernelCases.assertClose(found, squares, 2e-6, order + " " + size);
        INDArray scale = Nd4j.createFromArray(factors).reshape(1, units);
        Sums.addScaledColumns(matrix, matrix(order, b, size, units), scale);
        KernelCases.assertClose(KernelCases.values(matrix), scaled, 1e-6, order + " " + size);
      }
    }
  }

  private static INDArray matrix(char order, float[] values, int rows, int columns) {
    INDArray matrix = Nd4j.create(DataType.FLOAT, new long[] {rows, columns}, order);
    for (int i = 0; i < values.length; i++) {
      matrix.putScalar(new long[] {i / columns, i % columns}, values[i]);
    }
    return matrix;
  }

  @Test
  void stepsAreThoseOfOneLoopBitForBit() {
    for (Layout layout : new Layout[] {Layout.PLAIN, Layout.VIEW}) {
      for (int size : SIZES) {
        float[] w = KernelCases.withSpecial(size, size, 2, KernelCases.ORDERED);
        float[] g = KernelCases.withSpecial(size + 1, size, 2, KernelCases.ORDERED);
        float[] v = KernelCases.numbers(size + 2, size, 2);
        Guarded parameters = KernelCases.array(layout, w, 1, size);
        Guarded gradients = KernelCases.array(layout, g, 1, size);
        HeldState held = new HeldState();
        FlatSteps.take(parameters.array(), gradients.array(), 1, StepRule.descent(0.3f), held);
        float[] expected = new float[size];
        for (int i = 0; i < size; i++) {
          expected[i] = w[i] - 0.3f * g[i];
        }
        KernelCases.assertSame(parameters.values(), expected, "descend " + size);
        KernelCases.assertSame(gradients.values(), g, "descend " + size);

        Guarded velocities = KernelCases.array(layout, v, 1, size);
        StepRule momentum = StepRule.momentum(velocities.array(), 0.3f, 0.9f);
        FlatSteps.take(parameters.array(), gradients.array(), 1, momentum, held);
        KernelCases.assertSame(velocities.values(), v, "momentum is held " + size);
        held.release();
        float[] velocity = new float[size];
        for (int i = 0; i < size; i++) {
          velocity[i] = 0.9f * v[i] + 0.3f * g[i];
          expected[i] -= velocity[i];
        }
        KernelCases.assertSame(velocities.values(), velocity, "momentum " + size);
        KernelCases.assertSame(parameters.values(), expected, "momentum " + size);
        KernelCases.assertSame(gradients.values(), g, "momentum " + size);

        FlatSteps.take(parameters.array(), gradients.array(), 7, StepRule.descent(0.3f), held);
        for (int i = 0; i < size; i++) {
          expected[i] -= 0.3f * (g[i] / 7);
        }
        KernelCases.assertSame(parameters.values(), expected, "mean of seven " + size);
        FlatSteps.turn(gradients.array(), momentum);
        for (int i = 0; i < size; i++) {
          expected[i] = 0.9f * velocity[i] + 0.3f * g[i];
        }
        KernelCases.assertSame(gradients.values(), expected, "turn " + size);
        KernelCases.assertSame(velocities.values(), expected, "turn " + size);
        parameters.assertUntouchedAround();
        gradients.assertUntouchedAround();
        velocities.assertUntouchedAround();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void decayAddsTheGradientOfTheSquares(Layout layout) {
    for (int size : SIZES) {
      if (skipped(layout, size)) {
        continue;
      }
      float[] w = KernelCases.withSpecial(size, size, 2, new float[] {0f, -0f, 1e-40f});
      float[] g = KernelCases.numbers(size + 1, size, 2);
      double[] expected = new double[size];
      double sum = 0;
      for (int i = 0; i < size; i++) {
        expected[i] = g[i] + 0.01 * w[i];
        sum += (double) w[i] * w[i];
      }
      Guarded gradients = KernelCases.array(layout, g, 1, size);
      Guarded parameters = KernelCases.array(layout, w, 1, size);
      double found = FlatSteps.decay(gradients.array(), parameters.array(), 0.01);
      assertThat(found).as("%s %s", layout, size).isCloseTo(sum, within(1e-6 * sum + 1e-30));
      KernelCases.assertClose(gradients.values(), expected, 5e-7, layout + " " + size);
      gradients.assertUntouchedAround();
      KernelCases.assertSame(parameters.values(), w, layout + " " + size);
    }
  }
}
