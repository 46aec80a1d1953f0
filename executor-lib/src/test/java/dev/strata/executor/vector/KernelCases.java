package dev.strata.executor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Sizes, numbers and memory layouts for tests of loops: around the lanes of vector instructions,
 * around the pieces that loops copy, and primes.
 */
final class KernelCases {
  static final int[] SIZES = {
    1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 257, 1021, 1023, 1024, 1025, 2047, 2049,
    4099, 9001
  };

  /** Without NaN. */
  static final float[] ORDERED = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    1e-40f,
    -1e-40f,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    0.5f,
    1f,
    -1f,
    87f,
    -87f,
    88.5f,
    -88.5f,
    1e30f,
    -1e30f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };

  private static final float AROUND = 77.25f;

  private KernelCases() {}

  /**
   * How an array lies in memory: loops of ours take the first two, ND4J's operations the others.
   */
  enum Layout {
    PLAIN(true),
    /** In the middle of a longer vector, as parameters are. */
    VIEW(true),
    /** Every other column of a wider matrix. */
    STRIDED(false),
    DOUBLES(false);

    final boolean plain;

    Layout(boolean plain) {
      this.plain = plain;
    }
  }

  /**
   * An array and what lies around it in memory.
   *
   * @param array the elements
   * @param whole the memory, the elements included
   */
  record Guarded(INDArray array, INDArray whole) {
    float[] values() {
      return KernelCases.values(array);
    }

    /** Fails where something outside of the array was changed. */
    void assertUntouchedAround() {
      long around = whole.length() - array.length();
      INDArray rest = whole.dup();
      long equal = 0;
      for (double value : rest.data().asDouble()) {
        equal += value == AROUND ? 1 : 0;
      }
      assertThat(equal).isGreaterThanOrEqualTo(around);
    }
  }

  /** The values as a matrix in C order. */
  static Guarded array(Layout layout, float[] values, int rows, int columns) {
    assertThat(values).hasSize(rows * columns);
    INDArray whole;
    INDArray array;
    switch (layout) {
      case VIEW -> {
        whole = Nd4j.valueArrayOf(new long[] {1, values.length + 12L}, AROUND, DataType.FLOAT);
        array =
            whole
                .get(NDArrayIndex.all(), NDArrayIndex.interval(5, 5 + values.length))
                .reshape('c', rows, columns);
      }
      case STRIDED -> {
        whole = Nd4j.valueArrayOf(new long[] {rows, 2L * columns}, AROUND, DataType.FLOAT);
        array = whole.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 2, 2L * columns));
      }
      default -> {
        DataType type = layout == Layout.PLAIN ? DataType.FLOAT : DataType.DOUBLE;
        whole = Nd4j.create(type, new long[] {rows, columns}, 'c');
        array = whole;
      }
    }
    if (layout.plain) {
      array.assign(Nd4j.createFromArray(values).reshape('c', rows, columns));
    } else if (layout == Layout.DOUBLES) {
      array.assign(Nd4j.createFromArray(map(values, x -> x)).reshape('c', rows, columns));
    } else {
      // One by one, so that numbers of any size keep their bits.
      for (int i = 0; i < values.length; i++) {
        array.putScalar(new long[] {i / columns, i % columns}, values[i]);
      }
    }
    assertThat(FlatMemory.isPlain(array)).isEqualTo(layout.plain);
    return new Guarded(array, whole);
  }

  /** Elements in C order. */
  static float[] values(INDArray array) {
    if (FlatMemory.isPlain(array)) {
      return array.dup('c').data().asFloat();
    }
    if (array.dataType() == DataType.DOUBLE) {
      double[] doubles = array.dup('c').data().asDouble();
      float[] floats = new float[doubles.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) doubles[i];
      }
      return floats;
    }
    float[] values = new float[(int) array.length()];
    int columns = (int) array.size(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.getDouble(i / columns, i % columns);
    }
    return values;
  }

  /** Random numbers between −size and size; the same ones for a seed. */
  static float[] numbers(long seed, int count, double size) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (size * (2 * random.nextDouble() - 1));
    }
    return numbers;
  }

  /** Random numbers with special ones at every place that a lane or a piece ends at. */
  static float[] withSpecial(long seed, int count, double size, float[] special) {
    float[] numbers = numbers(seed, count, size);
    for (int i = 0; i < count; i += i % 3 == 0 ? 7 : 9) {
      numbers[i] = special[(i + (int) seed) % special.length];
    }
    numbers[count - 1] = special[(count + (int) seed) % special.length];
    return numbers;
  }

  static float[] with(float[] values, float last) {
    float[] more = Arrays.copyOf(values, values.length + 1);
    more[values.length] = last;
    return more;
  }

  static double[] map(float[] values, DoubleUnaryOperator function) {
    double[] mapped = new double[values.length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = function.applyAsDouble(values[i]);
    }
    return mapped;
  }

  /** NaN equals NaN; infinities and all others to a share of their size, or that much in all. */
  static void assertClose(float[] found, double[] expected, double tolerance, String what) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      double off = Math.abs(found[i] - expected[i]);
      boolean same =
          Double.compare(found[i], (float) expected[i]) == 0
              || off <= tolerance * Math.max(1, Math.abs(expected[i]));
      if (!same) {
        throw new AssertionError(
            what + ", element " + i + ": found " + found[i] + ", expected " + expected[i]);
      }
    }
  }

  /** Bit for bit. */
  static void assertSame(float[] found, float[] expected, String what) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      if (Float.floatToIntBits(found[i]) != Float.floatToIntBits(expected[i])) {
        throw new AssertionError(
            what + ", element " + i + ": found " + found[i] + ", expected " + expected[i]);
      }
    }
  }
}
