package dev.strata.executor.vector;

import static dev.strata.executor.vector.KernelCases.ORDERED;
import static dev.strata.executor.vector.KernelCases.SIZES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.vector.KernelCases.Guarded;
import dev.strata.executor.vector.KernelCases.Layout;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Functions of single elements against loops in float64, in both implementations. */
class ElementLoopsTest {
  private static final float[] ALL = KernelCases.with(ORDERED, Float.NaN);

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  /** e^z, z cut to ± 87, to a relative error of 2.5e-7; memory beside the piece stays. */
  @Test
  void exponentialOfEveryCountAtEveryPlace() {
    INDArray memory = Nd4j.create(DataType.FLOAT, 1, 3 * FlatMemory.PIECE);
    ExpLoop loop = new ExpLoop(memory);
    for (int count : new int[] {0, 1, 3, 4, 5, 7, 8, 9, 16, 17, 1021, 1023, 1024}) {
      for (int at : new int[] {0, 1, 7, 1024, 3 * FlatMemory.PIECE - count}) {
        memory.assign(-3);
        float[] z =
            count == 0
                ? new float[0]
                : KernelCases.withSpecial(at + count, count, count % 2 == 0 ? 90 : 1, ALL);
        float[] into = new float[count + 1];
        into[count] = 5;
        loop.exp(z, into, at, count);
        for (int i = 0; i < count; i++) {
          double expected = Math.exp(Math.max(-87, Math.min(87, z[i])));
          double error = Math.abs(into[i] - expected) / expected;
          assertThat(Double.isNaN(expected) ? Float.isNaN(into[i]) : error < 2.5e-7)
              .as("e^%s = %s", z[i], into[i])
              .isTrue();
        }
        assertThat(into[count]).isEqualTo(5);
        float[] after = memory.data().asFloat();
        for (int i = 0; i < after.length; i++) {
          if (i < at || i >= at + count) {
            assertThat(after[i]).isEqualTo(-3);
          }
        }
      }
    }
  }

  private static DoubleUnaryOperator reference(Nonlinearity function) {
    return switch (function) {
      case SIGMOID -> z -> 1 / (1 + Math.exp(-z));
      case TANH -> Math::tanh;
      case RELU -> z -> Math.max(0, z);
      case ELU -> z -> z > 0 ? z : Math.expm1(z);
      case IDENTITY -> z -> z;
    };
  }

  /** Rows that fit a piece several times, hardly, and not at all; one row, and one column. */
  private static int[][] shapes(int size) {
    return size > 5000
        ? new int[][] {{1, size}}
        : new int[][] {{1, size}, {size, 1}, {3, size}, {5, (size + 1) / 2}};
  }

  @ParameterizedTest
  @EnumSource(Nonlinearity.class)
  void activationsOfEverySizeAndLayout(Nonlinearity function) {
    DoubleUnaryOperator reference = reference(function);
    for (Layout layout : Layout.values()) {
      for (int size : SIZES) {
        for (int[] shape : shapes(size)) {
          if (!layout.plain && size > 65 && size != 1025) {
            continue;
          }
          int count = shape[0] * shape[1];
          // Where z is infinite or not a number, so is the sum; ND4J's own is tested apart.
          float[] z = KernelCases.withSpecial(size, count, 9, layout.plain ? ALL : finite(ORDERED));
          float[] bias = KernelCases.numbers(size + 1, shape[1], 0.5);
          Guarded array = KernelCases.array(layout, z, shape[0], shape[1]);
          Guarded added = KernelCases.array(layout, bias, 1, shape[1]);
          function.apply(array.array(), added.array());
          float[] sum = new float[count];
          for (int i = 0; i < count; i++) {
            sum[i] = z[i] + bias[i % shape[1]];
          }
          String what = function + " " + layout + " " + Arrays.toString(shape);
          KernelCases.assertClose(array.values(), KernelCases.map(sum, reference), 5e-7, what);
          array.assertUntouchedAround();
          KernelCases.assertSame(added.values(), bias, what);
        }
      }
    }
  }

  private static float[] finite(float[] values) {
    float[] finite = new float[values.length];
    int count = 0;
    for (float value : values) {
      if (Math.abs(value) < 1e10f) {
        finite[count++] = value;
      }
    }
    return Arrays.copyOf(finite, count);
  }

  /** Slope as a function of h = f(z); that of a rectifier is 1 from 1 / the greatest float on. */
  private static DoubleUnaryOperator slope(Nonlinearity function, boolean plain) {
    return switch (function) {
      case SIGMOID -> h -> h * (1 - h);
      case TANH -> h -> 1 - h * h;
      case RELU -> plain ? h -> Math.min(1, h * (double) Float.MAX_VALUE) : h -> h > 0 ? 1 : 0;
      case ELU -> h -> 1 + Math.min(0, h);
      case IDENTITY -> h -> 1;
    };
  }

  /** Values that a function may have; NaN goes through loops of ours. */
  private static float[] values(Nonlinearity function, boolean plain) {
    float[] within = {0f, -0f, 1e-40f, Float.MIN_NORMAL, 0.25f, 1f};
    float[] values =
        switch (function) {
          case SIGMOID -> within;
          case TANH, ELU -> KernelCases.with(within, -1f);
          case RELU, IDENTITY -> KernelCases.with(within, 1e30f);
        };
    return plain ? KernelCases.with(values, Float.NaN) : values;
  }

  @ParameterizedTest
  @EnumSource(Nonlinearity.class)
  void slopesOfEverySizeAndLayout(Nonlinearity function) {
    for (Layout layout : Layout.values()) {
      DoubleUnaryOperator slope = slope(function, layout.plain);
      for (int size : SIZES) {
        if (!layout.plain && size > 65 && size != 1025) {
          continue;
        }
        float[] h = KernelCases.numbers(size, size, 0.5);
        float[] special = values(function, layout.plain);
        for (int i = 0; i < size; i++) {
          h[i] = i % 3 == 0 ? special[(i / 3 + size) % special.length] : Math.abs(h[i]);
        }
        float[] delta = KernelCases.numbers(size + 3, size, 4);
        Guarded deltas = KernelCases.array(layout, delta, 1, size);
        Guarded values = KernelCases.array(layout, h, 1, size);
        function.timesSlope(deltas.array(), values.array());
        double[] expected = new double[size];
        for (int i = 0; i < size; i++) {
          boolean unchanged = function == Nonlinearity.IDENTITY;
          expected[i] = unchanged ? delta[i] : delta[i] * slope.applyAsDouble(h[i]);
        }
        String what = function + " " + layout + " " + size;
        KernelCases.assertClose(deltas.values(), expected, 5e-7, what);
        deltas.assertUntouchedAround();
        KernelCases.assertSame(values.values(), h, what);
      }
    }
  }

  @Test
  void theFirstNumberOutsideOfTheUnitIntervalIsFound() {
    float[] inside = {0f, -0f, 1f, Float.MIN_VALUE, -Float.MIN_VALUE, 1.000005f, -0.000005f};
    float[] outside = {
      1.0001f, -0.0001f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f
    };
    for (Layout layout : Layout.values()) {
      for (int size : SIZES) {
        if (!layout.plain && size > 65) {
          continue;
        }
        float[] values = KernelCases.numbers(size, size, 0.5);
        for (int i = 0; i < size; i++) {
          values[i] = i % 4 == 0 ? inside[i / 4 % inside.length] : values[i] + 0.5f;
        }
        assertThat(first(layout, values)).isEqualTo(-1);
        for (int place : new int[] {0, size / 2, size - 1}) {
          float[] damaged = values.clone();
          damaged[size - 1] = 2;
          damaged[place] = outside[(place + size) % outside.length];
          assertThat(first(layout, damaged)).as("%s of %s", place, size).isEqualTo(place);
        }
      }
    }
  }

  private static long first(Layout layout, float[] values) {
    return UnitInterval.firstOutside(KernelCases.array(layout, values, 1, values.length).array())
        .orElse(-1);
  }
}
