package dev.strata.executor.accelerator;

import dev.strata.executor.accelerator.Checks.Guarded;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.kernels.Replacement;
import dev.strata.executor.kernels.Sampling;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random arrays against the kernels of the CPU, which draw the same numbers. */
final class RandomChecks {
  private RandomChecks() {}

  static void run(Checks checks) {
    for (int[] shape : Checks.SHAPES) {
      for (int position : new int[] {0, 1, 4097}) {
        long key = checks.random().nextLong();
        int length = shape[0] * shape[1];
        replace(checks, length, key, position);
        sample(checks, length, key, position);
        dropout(checks, length, key, position);
      }
    }
  }

  private static RandomNumbers numbers(long key, int position) {
    RandomNumbers random = new RandomNumbers(key);
    random.bits(new int[position], position);
    return random;
  }

  private static void replace(Checks checks, int length, long key, int position) {
    float[] x = checks.numbers(length, 1);
    for (double share : new double[] {0, 0.3, 1}) {
      for (boolean ones : new boolean[] {false, true}) {
        String name =
            "replace %d, share %.1f, ones %s, from %d".formatted(length, share, ones, position);
        INDArray expected = Nd4j.createUninitialized(DataType.FLOAT, length);
        RandomNumbers random = numbers(key, position);
        if (ones) {
          Replacement.byZerosAndOnes(Nd4j.createFromArray(x), share, expected, random);
        } else {
          Replacement.byZeros(Nd4j.createFromArray(x), share, expected, random);
        }
        Guarded into = checks.array(new float[length]);
        checks
            .accelerator()
            .replace(checks.array(x).array(), share, ones, into.array(), key, position);
        same(checks, name, into, expected);
      }
    }
  }

  private static void same(Checks checks, String name, Guarded got, INDArray expected) {
    checks.report(
        name, Arrays.equals(checks.read(name, got), expected.toFloatVector()), "other numbers");
  }

  private static void sample(Checks checks, int length, long key, int position) {
    Accelerator a = checks.accelerator();
    String of = "%d, from %d".formatted(length, position);
    float[] p = checks.shares(length);
    INDArray expected = Nd4j.createUninitialized(DataType.FLOAT, length);
    Sampling.bernoulli(Nd4j.createFromArray(p), expected, numbers(key, position));
    Guarded into = checks.array(new float[length]);
    a.bernoulli(checks.array(p).array(), into.array(), key, position);
    same(checks, "bernoulli " + of, into, expected);

    float[] mean = checks.numbers(length, 2);
    Sampling.gaussian(Nd4j.createFromArray(mean), 0.5, expected, numbers(key, position));
    a.gaussian(checks.array(mean).array(), 0.5f, into.array(), key, position);
    near(checks, "gaussian " + of, into, expected);

    Sampling.rectified(Nd4j.createFromArray(mean), expected, numbers(key, position));
    a.rectified(checks.array(mean).array(), into.array(), key, position);
    near(checks, "rectified " + of, into, expected);
  }

  /** The least radii are exact to 1e-4 only on the CPU. */
  private static void near(Checks checks, String name, Guarded got, INDArray expected) {
    float[] values = expected.toFloatVector();
    checks.near(name, got, i -> values[i], i -> 2e-5 * (1 + Math.abs(values[i])));
  }

  private static void dropout(Checks checks, int length, long key, int position) {
    float[] x = checks.numbers(length, 1);
    float[] uniform = new float[length];
    RandomNumbers random = numbers(key, position);
    float[] piece = new float[1024];
    for (int at = 0; at < length; at += piece.length) {
      int count = Math.min(piece.length, length - at);
      random.uniform(piece, count);
      System.arraycopy(piece, 0, uniform, at, count);
    }
    for (float retain : new float[] {0.5f, 0.8f, 1}) {
      Guarded into = checks.array(new float[length]);
      checks.accelerator().dropout(checks.array(x).array(), retain, into.array(), key, position);
      checks.near(
          "dropout %d, retain %.1f, from %d".formatted(length, retain, position),
          into,
          i -> uniform[i] < retain ? (double) x[i] / retain : 0,
          i -> 1e-6 * Math.abs(x[i]) + 1e-30);
    }
  }
}
