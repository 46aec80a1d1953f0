package dev.strata.executor.accelerator;

import dev.strata.executor.accelerator.Checks.Guarded;
import java.util.Arrays;

/** Products and sums of rows against sums in float64. */
final class ProductChecks {
  /** Rows, inputs and outputs; two rows are those of the enhanced gradient. */
  private static final int[][] PRODUCTS = {
    {1, 1, 1},
    {1, 1025, 10},
    {1, 784, 1000},
    {2, 784, 1000},
    {7, 5, 10},
    {7, 10, 5},
    {7, 1025, 1},
    {128, 784, 10},
    {128, 1, 1025},
    {128, 784, 1000},
    {130, 1000, 5},
    {130, 10, 784},
    {256, 784, 100}
  };

  /** Of the sum of the addends' magnitudes. */
  private static final double TOLERANCE = 3e-6;

  private ProductChecks() {}

  static void run(Checks checks) {
    for (int[] shape : PRODUCTS) {
      products(checks, shape[0], shape[1], shape[2]);
    }
    for (int[] shape : Checks.SHAPES) {
      sums(checks, shape[0], shape[1]);
    }
  }

  private static void products(Checks checks, int b, int in, int out) {
    Accelerator a = checks.accelerator();
    String of = "[%d, %d] with weights [%d, %d]".formatted(b, in, in, out);
    float[] x = checks.numbers(b * in, 1);
    float[] w = checks.numbers(in * out, 1);
    float[] y = checks.numbers(b * out, 1);
    Guarded rows = checks.array(x);
    Guarded weights = checks.array(w);
    Guarded others = checks.array(y);

    Guarded product = checks.array(new float[b * out]);
    a.forward(rows.array(), weights.array(), product.array(), b, in, out);
    Terms forward = (i, k) -> (double) x[i / out * in + k] * w[i % out * in + k];
    compare(checks, "forward " + of, product, forward, in);

    Guarded before = checks.array(new float[b * in]);
    a.back(others.array(), weights.array(), before.array(), b, in, out);
    Terms back = (i, k) -> (double) y[i / in * out + k] * w[k * in + i % in];
    compare(checks, "back " + of, before, back, out);

    float[] start = checks.numbers(in * out, 1);
    for (float beta : new float[] {0, 1, -0.5f}) {
      float alpha = beta == 0 ? 1 : -0.25f;
      Guarded gradient = checks.array(start);
      a.outer(rows.array(), others.array(), gradient.array(), b, in, out, alpha, beta);
      Terms outer =
          (i, k) ->
              k == b
                  ? (double) beta * start[i]
                  : (double) alpha * x[k * in + i % in] * y[k * out + i / in];
      compare(checks, "outer " + of + ", beta " + beta, gradient, outer, b + 1);
      Guarded again = checks.array(start);
      a.outer(rows.array(), others.array(), again.array(), b, in, out, alpha, beta);
      String name = "outer " + of + ", a second time";
      checks.report(
          name, Arrays.equals(checks.read(name, gradient), checks.read(name, again)), "other bits");
    }
  }

  /** Addend k of element i. */
  private interface Terms {
    double of(int i, int k);
  }

  private static void compare(Checks checks, String name, Guarded got, Terms terms, int count) {
    checks.sampleNear(
        name,
        got,
        i -> sum(terms, i, count, false),
        i -> TOLERANCE * sum(terms, i, count, true) + 1e-30);
  }

  private static double sum(Terms terms, int i, int count, boolean magnitudes) {
    double sum = 0;
    for (int k = 0; k < count; k++) {
      double term = terms.of(i, k);
      sum += magnitudes ? Math.abs(term) : term;
    }
    return sum;
  }

  private static void sums(Checks checks, int b, int n) {
    String of = "of [%d, %d]".formatted(b, n);
    float[] x = checks.numbers(b * n, 1);
    float[] start = checks.numbers(n, 1);
    Guarded rows = checks.array(x);
    for (float beta : new float[] {0, 0.9f}) {
      Guarded sum = checks.array(start);
      checks.accelerator().sumRows(rows.array(), sum.array(), b, n, 0.5f, beta);
      Terms terms = (j, k) -> k == b ? (double) beta * start[j] : 0.5 * x[k * n + j];
      compare(checks, "sumRows " + of + ", beta " + beta, sum, terms, b + 1);
    }
    Guarded vector = checks.array(start);
    checks.accelerator().addToRows(rows.array(), vector.array(), b, n, -0.3f);
    Terms terms = (i, k) -> k == 0 ? x[i] : (double) -0.3f * start[i % n];
    compare(checks, "addToRows " + of, rows, terms, 2);
  }
}
