package dev.strata.executor.vector;

import static dev.strata.executor.vector.KernelCases.SIZES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.vector.KernelCases.Guarded;
import dev.strata.executor.vector.KernelCases.Layout;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random numbers, samples and products against one number after the other. */
class RandomLoopsTest {
  private static final long KEY = 0x1234_5678_9ABC_DEF0L;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  /** The hash in unsigned arithmetic of 64 bits. */
  private static int hash(long number) {
    long word = 0xFFFF_FFFFL;
    long x = (number * 0x9E3779B9L + KEY) & word;
    x = ((x ^ (x >> 16)) * 0x7feb352dL) & word;
    x = ((x ^ (x >> 15)) * 0x846ca68bL) & word;
    x = ((x ^ (x >> 16)) + (KEY >>> 32)) & word;
    x = ((x ^ (x >> 16)) * 0x21f0aaadL) & word;
    x = ((x ^ (x >> 15)) * 0x735a2d97L) & word;
    return (int) (x ^ (x >> 15));
  }

  @Test
  void numberIsTheHashOfItsPlaceHoweverManyAreTaken() {
    RandomNumbers random = new RandomNumbers(KEY);
    int at = 0;
    for (int count : SIZES) {
      int[] numbers = new int[count + 1];
      random.bits(numbers, count);
      for (int i = 0; i < count; i++) {
        assertThat(numbers[i]).isEqualTo(hash(at + i));
      }
      assertThat(numbers[count]).isZero();
      random.bits(numbers, 0);
      at += count;
    }
  }

  @Test
  void uniformNumbersAreTheUpperBits() {
    RandomNumbers random = new RandomNumbers(KEY);
    int at = 0;
    for (int count : SIZES) {
      if (count <= FlatMemory.PIECE) {
        float[] numbers = new float[count];
        random.uniform(numbers, count);
        for (int i = 0; i < count; i++) {
          assertThat(numbers[i]).isEqualTo((hash(at + i) >>> 8) / 16_777_216f).isBetween(0f, 1f);
        }
        at += count;
      }
    }
  }

  @Test
  void normalNumbersArePairsOfUniformOnes() {
    for (int count : SIZES) {
      if (count <= FlatMemory.PIECE) {
        int half = (count + 1) / 2;
        float[] numbers = new float[count];
        new RandomNumbers(KEY).gaussian(numbers, count);
        for (int i = 0; i < count; i++) {
          double u = (hash(i % half) >>> 8) / 16_777_216.0;
          double v = (hash(half + i % half) >>> 8) / 16_777_216.0;
          assertThat((double) numbers[i]).isCloseTo(normal(u, v, i >= half), within(3e-6));
        }
      }
    }
  }

  private static double normal(double u, double v, boolean second) {
    double angle = 2 * Math.PI * v;
    return Math.sqrt(-2 * Math.log1p(-u)) * (second ? Math.sin(angle) : Math.cos(angle));
  }

  /** The least and greatest radii, at and beside all quarters of the circle. */
  @Test
  void normalNumbersAtTheEdges() {
    float step = 0x1p-24f;
    float[] radii = {0, step, 2 * step, 0.25f, 0.5f, 0.75f, 1 - 2 * step, 1 - step};
    float[] angles = {
      0, step, 0.25f - step, 0.25f, 0.25f + step, 0.5f - step, 0.5f, 0.75f, 0.75f + step, 1 - step
    };
    float[] u = new float[radii.length * angles.length];
    float[] v = new float[u.length];
    for (int i = 0; i < u.length; i++) {
      u[i] = radii[i / angles.length];
      v[i] = angles[i % angles.length];
    }
    float[] into = new float[2 * u.length];
    BoxMuller.transform(u.clone(), v, into, into.length);
    for (int i = 0; i < into.length; i++) {
      int pair = i % u.length;
      // The logarithm is exact to 2e-7, whose root the least radii are off by.
      double radius = Math.max(4e-4, Math.sqrt(-2 * Math.log1p(-u[pair])));
      assertThat((double) into[i])
          .as("u %s, v %s", u[pair], v[pair])
          .isCloseTo(normal(u[pair], v[pair], i >= u.length), within(3e-6 + 2e-7 / radius));
    }
    BoxMuller.transform(new float[0], new float[0], new float[0], 0);
  }

  private static boolean skipped(Layout layout, int size) {
    return !layout.plain && size > 65 && size != 1025;
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void samplesAreOnesWhereANumberIsBelowTheProbability(Layout layout) {
    float[] special = {0f, -0f, 1f, 1e-40f, -1f, 2f, 1e30f, Float.POSITIVE_INFINITY};
    for (int size : SIZES) {
      if (skipped(layout, size)) {
        continue;
      }
      float[] p = KernelCases.withSpecial(size, size, 1, special);
      Guarded into = KernelCases.array(layout, new float[size], 1, size);
      Sampling.bernoulli(
          KernelCases.array(layout, p, 1, size).array(), into.array(), new RandomNumbers(KEY));
      float[] expected = new float[size];
      for (int i = 0; i < size; i++) {
        expected[i] = (hash(i) >>> 8) / 16_777_216f < p[i] ? 1 : 0;
      }
      KernelCases.assertSame(into.values(), expected, layout + " " + size);
      into.assertUntouchedAround();
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void noiseIsAddedToEveryElement(Layout layout) {
    float[] special = {0f, -0f, 1e-40f, 1e30f, Float.NEGATIVE_INFINITY, Float.NaN};
    for (int size : SIZES) {
      if (skipped(layout, size)) {
        continue;
      }
      float[] noise = noise(size);
      float[] mean = KernelCases.withSpecial(size, size, 2, special);
      double[] added = new double[size];
      double[] rectified = new double[size];
      for (int i = 0; i < size; i++) {
        added[i] = mean[i] + 0.5 * noise[i];
        double deviation = Math.sqrt(1 / (1 + Math.exp(-mean[i])));
        rectified[i] = Math.max(0, mean[i] + deviation * noise[i]);
      }
      INDArray from = KernelCases.array(layout, mean, 1, size).array();
      Guarded into = KernelCases.array(layout, new float[size], 1, size);
      Sampling.gaussian(from, 0.5, into.array(), new RandomNumbers(KEY));
      KernelCases.assertClose(into.values(), added, 5e-7, "gaussian " + layout + " " + size);
      Sampling.rectified(from, into.array(), new RandomNumbers(KEY));
      KernelCases.assertClose(into.values(), rectified, 1e-6, "rectified " + layout + " " + size);
      into.assertUntouchedAround();
    }
  }

  private static float[] noise(int size) {
    RandomNumbers random = new RandomNumbers(KEY);
    float[] noise = new float[size];
    float[] piece = new float[FlatMemory.PIECE];
    for (int at = 0; at < size; at += piece.length) {
      int count = Math.min(piece.length, size - at);
      random.gaussian(piece, count);
      System.arraycopy(piece, 0, noise, at, count);
    }
    return noise;
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void elementsAreReplacedAndTheOthersKeepTheirBits(Layout layout) {
    float[] special = KernelCases.with(KernelCases.ORDERED, Float.NaN);
    for (int size : SIZES) {
      for (double share : new double[] {0, 0.3, 1}) {
        if (skipped(layout, size)) {
          continue;
        }
        float[] source = KernelCases.withSpecial(size, size, 2, special);
        float[] zeros = new float[size];
        float[] both = new float[size];
        for (int i = 0; i < size; i++) {
          boolean replaced = (hash(i) >>> 1) < share * 0x1p31;
          zeros[i] = replaced ? 0 : source[i];
          both[i] = replaced ? hash(i) & 1 : source[i];
        }
        INDArray from = KernelCases.array(layout, source, 1, size).array();
        Guarded into = KernelCases.array(layout, new float[size], 1, size);
        Replacement.byZeros(from, share, into.array(), new RandomNumbers(KEY));
        KernelCases.assertSame(into.values(), zeros, layout + " " + size + " " + share);
        Replacement.byZerosAndOnes(from, share, into.array(), new RandomNumbers(KEY));
        KernelCases.assertSame(into.values(), both, layout + " " + size + " " + share);
        into.assertUntouchedAround();
      }
    }
  }

  @Test
  void rowsAreCutIntoPiecesWithoutGaps() {
    for (int columns : new int[] {1, 2, 3, 7, 511, 512, 513, 1023, 1024, 1025, 2500}) {
      float[] vector = KernelCases.numbers(columns, columns, 1);
      int length = columns * (5000 / columns + 1);
      RowPieces pieces = new RowPieces(KernelCases.array(Layout.VIEW, vector, 1, columns).array());
      int at = 0;
      while (at < length) {
        int count = pieces.next(at, length);
        assertThat(count).isBetween(1, Math.min(pieces.width(), length - at));
        float[] piece = new float[pieces.width()];
        Arrays.fill(piece, 2);
        pieces.add(piece, count);
        for (int i = 0; i < piece.length; i++) {
          assertThat(piece[i]).isEqualTo(i < count ? 2 + vector[(at + i) % columns] : 2);
        }
        at += count;
      }
      assertThat(at).isEqualTo(length);
    }
  }

  /** What is in the target before does not count, be it NaN. */
  @Test
  void productsOfEverySize() {
    for (int[] shape : new int[][] {{1, 1, 1}, {2, 3, 5}, {7, 17, 31}, {1, 257, 3}, {33, 8, 64}}) {
      int rows = shape[0];
      int in = shape[1];
      int out = shape[2];
      float[] x = KernelCases.numbers(1, rows * in, 1);
      float[] y = KernelCases.numbers(2, rows * out, 1);
      float[] w = KernelCases.numbers(3, in * out, 1);
      // Column by column.
      INDArray weights = Nd4j.createFromArray(w).reshape('f', in, out);
      double[] forward = new double[rows * out];
      double[] back = new double[rows * in];
      double[] outer = new double[in * out];
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < in; i++) {
          for (int o = 0; o < out; o++) {
            forward[r * out + o] += (double) x[r * in + i] * w[o * in + i];
            back[r * in + i] += (double) y[r * out + o] * w[o * in + i];
            outer[i * out + o] += -2.0 * x[r * in + i] * y[r * out + o];
          }
        }
      }
      INDArray xs = KernelCases.array(Layout.VIEW, x, rows, in).array();
      INDArray ys = KernelCases.array(Layout.VIEW, y, rows, out).array();
      Guarded into = filled(rows, out);
      Products.forward(xs, weights, into.array());
      KernelCases.assertClose(into.values(), forward, 3e-6, "forward");
      into.assertUntouchedAround();
      Guarded inputs = filled(rows, in);
      Products.back(ys, weights, inputs.array());
      KernelCases.assertClose(inputs.values(), back, 3e-6, "back");
      inputs.assertUntouchedAround();
      INDArray product = Nd4j.create(DataType.FLOAT, new long[] {in, out}, 'f').assign(Float.NaN);
      Products.outer(xs, ys, product, -2, 0);
      KernelCases.assertClose(KernelCases.values(product), outer, 1e-5, "outer");
    }
  }

  private static Guarded filled(int rows, int columns) {
    float[] nothing = new float[rows * columns];
    Arrays.fill(nothing, Float.NaN);
    return KernelCases.array(Layout.VIEW, nothing, rows, columns);
  }
}
