package dev.strata.executor.accelerator;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Arrays on an accelerator and comparisons with what is expected of them. Each array is a part of a
 * larger one, at an offset of 0 to 3 numbers, whose other numbers must stay what they are.
 */
final class Checks {
  /** Rows and widths of the checks. */
  static final int[][] SHAPES = {
    {1, 1}, {1, 1025}, {7, 5}, {7, 1000}, {128, 10}, {128, 784}, {130, 1}, {130, 1025}
  };

  private static final float GUARD = -77.25f;
  private static final int MARGIN = 4;

  private final PrintStream out;
  private final SplittableRandom random = new SplittableRandom(5);
  private Accelerator accelerator;
  private int arrays;
  private int failures;

  Checks(PrintStream out) {
    this.out = out;
  }

  /** The accelerator of the checks that follow. */
  void begin(Accelerator next) {
    accelerator = next;
  }

  Accelerator accelerator() {
    return accelerator;
  }

  int failures() {
    return failures;
  }

  SplittableRandom random() {
    return random;
  }

  /**
   * An array on the accelerator.
   *
   * @param whole with its margins
   * @param array the numbers between them
   * @param offset of the array in the whole
   */
  record Guarded(DeviceArray whole, DeviceArray array, int offset) {}

  /** Normal numbers, with zeros and far outliers among them. */
  float[] numbers(int length, double deviation) {
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] =
          switch (random.nextInt(40)) {
            case 0 -> 0;
            case 1 -> (float) (8 * deviation * random.nextGaussian());
            default -> (float) (deviation * random.nextGaussian());
          };
    }
    return numbers;
  }

  /** Uniform in [0, 1], both ends among them. */
  float[] shares(int length) {
    float[] shares = new float[length];
    for (int i = 0; i < length; i++) {
      shares[i] =
          switch (random.nextInt(20)) {
            case 0 -> 0;
            case 1 -> 1;
            default -> (float) random.nextDouble();
          };
    }
    return shares;
  }

  Guarded array(float... values) {
    int offset = arrays++ % MARGIN;
    float[] padded = new float[values.length + 2 * MARGIN];
    Arrays.fill(padded, GUARD);
    System.arraycopy(values, 0, padded, offset, values.length);
    DeviceArray whole = accelerator.allocate(padded.length);
    accelerator.write(Nd4j.createFromArray(padded), whole);
    return new Guarded(whole, whole.part(offset, (long) offset + values.length), offset);
  }

  /** Numbers of an array; those beside it must be as they were. */
  float[] read(String check, Guarded guarded) {
    INDArray padded = Nd4j.createUninitialized(DataType.FLOAT, guarded.whole().length());
    accelerator.read(guarded.whole(), padded);
    float[] all = padded.toFloatVector();
    int end = all.length - 2 * MARGIN + guarded.offset();
    boolean kept = true;
    for (int i = 0; i < all.length; i++) {
      kept &= i >= guarded.offset() && i < end || all[i] == GUARD;
    }
    report(check + ": numbers beside the array", kept, "changed");
    return Arrays.copyOfRange(all, guarded.offset(), end);
  }

  /** All numbers within their tolerances. */
  void near(
      String check, Guarded got, IntToDoubleFunction expected, IntToDoubleFunction tolerance) {
    near(check, read(check, got), i -> i, (int) got.array().length(), expected, tolerance);
  }

  /** A sample of the numbers within their tolerances. */
  void sampleNear(
      String check, Guarded got, IntToDoubleFunction expected, IntToDoubleFunction tolerance) {
    float[] values = read(check, got);
    int count = Math.min(values.length, 500);
    int[] sample =
        count == values.length
            ? IntStream.range(0, count).toArray()
            : random.ints(count, 0, values.length).toArray();
    sample[count - 1] = values.length - 1;
    near(check, values, i -> sample[i], count, expected, tolerance);
  }

  private void near(
      String check,
      float[] values,
      IntUnaryOperator index,
      int count,
      IntToDoubleFunction expected,
      IntToDoubleFunction tolerance) {
    double worst = 0;
    int at = 0;
    for (int k = 0; k < count; k++) {
      int i = index.applyAsInt(k);
      double ratio = Math.abs(values[i] - expected.applyAsDouble(i)) / tolerance.applyAsDouble(i);
      if (!(ratio <= worst)) {
        worst = Double.isNaN(ratio) ? Double.POSITIVE_INFINITY : ratio;
        at = i;
      }
    }
    report(
        check,
        worst <= 1,
        "element %d of %d is %s, expected %s ± %.2g"
            .formatted(
                at,
                values.length,
                values[at],
                expected.applyAsDouble(at),
                tolerance.applyAsDouble(at)));
  }

  void near(String check, double got, double expected, double tolerance) {
    report(
        check,
        Math.abs(got - expected) <= tolerance,
        "%s, expected %s ± %.2g".formatted(got, expected, tolerance));
  }

  /** Prints a line where the check has failed, and counts it. */
  void report(String check, boolean good, String found) {
    if (!good) {
      failures++;
      out.println("FAILED " + check + ": " + found);
    }
  }

  /** Prints a line of how a group of checks went. */
  void summary(String group, int failuresBefore, long nanos) {
    int failed = failures - failuresBefore;
    out.printf("%-6s %-40s %6.2f s%n", failed == 0 ? "ok" : "FAILED", group, nanos / 1e9);
  }
}
