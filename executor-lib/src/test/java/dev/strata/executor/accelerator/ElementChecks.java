package dev.strata.executor.accelerator;

import dev.strata.executor.accelerator.Checks.Guarded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Copies, combinations, activation functions and their slopes, clipping. */
final class ElementChecks {
  private static final double TOLERANCE = 3e-6;

  private ElementChecks() {}

  static void run(Checks checks) {
    copies(checks);
    for (int[] shape : Checks.SHAPES) {
      combine(checks, shape[0] * shape[1]);
      clip(checks, shape[0] * shape[1]);
      for (Function f : functions()) {
        activate(checks, f, shape[0], shape[1]);
      }
    }
    notNumbers(checks);
  }

  /** What is not a number stays so, that a training that has diverged is seen. */
  private static void notNumbers(Checks checks) {
    Accelerator a = checks.accelerator();
    Guarded clipped = checks.array(Float.NaN, 2, -2, 0.5f);
    a.clipValues(clipped.array(), 1);
    checks.report(
        "clipValues of NaN",
        Arrays.equals(checks.read("clipValues", clipped), new float[] {Float.NaN, 1, -1, 0.5f}),
        "another number");
    for (Function f : functions()) {
      Guarded z = checks.array(Float.NaN);
      a.activate(f, z.array(), checks.array(0).array(), z.array(), 1, 1);
      checks.report(f + " of NaN", Float.isNaN(checks.read("activate", z)[0]), "a number");
    }
    Guarded logits = checks.array(1, Float.NaN);
    a.softmaxLoss(
        logits.array(), checks.array(0, 0).array(), checks.array(1, 0).array(), null, 1, 2, 1);
    checks.report("loss of NaN", Double.isNaN(a.takeLoss()), "a number");
    Guarded infinite = checks.array(Float.POSITIVE_INFINITY, 1);
    a.clipLength(infinite.array(), 1, false, 1);
    checks.report(
        "clipLength of infinity",
        Arrays.equals(
            checks.read("clipLength", infinite), new float[] {Float.POSITIVE_INFINITY, 1}),
        "another number");
  }

  static List<Function> functions() {
    List<Function> functions = new ArrayList<>();
    for (Function.Kind kind : Function.Kind.values()) {
      switch (kind) {
        case LEAKY_RELU -> functions.add(new Function(kind, 0.01f));
        case ELU -> {
          functions.add(new Function(kind, 1));
          functions.add(new Function(kind, 0.5f));
        }
        default -> functions.add(Function.of(kind));
      }
    }
    return functions;
  }

  private static void copies(Checks checks) {
    Accelerator a = checks.accelerator();
    float[] values = checks.numbers(2051, 1);
    INDArray host = Nd4j.createFromArray(values);
    DeviceArray array = a.allocate(values.length);
    INDArray zeros = Nd4j.createFromArray(checks.numbers(2051, 1));
    a.read(array, zeros);
    checks.report("allocate", zeros.maxNumber().floatValue() == 0, "not zeros");
    a.write(host, array);
    host.assign(3);
    a.read(array, host);
    checks.report(
        "write, and the source changed after",
        Arrays.equals(values, host.toFloatVector()),
        "other numbers");
    a.write(Nd4j.createFromArray(7f, 8f), array.part(5, 9));
    a.read(array.part(4, 10).part(1, 4), host.reshape(2051).get(NDArrayIndex.interval(0, 3)));
    checks.report(
        "a part of a part",
        host.getFloat(0) == 7 && host.getFloat(1) == 8 && host.getFloat(2) == values[7],
        host.getFloat(0) + " " + host.getFloat(1) + " " + host.getFloat(2));
    try {
      array.part(1, 2052);
      checks.report("a part beyond the end", false, "accepted");
    } catch (IndexOutOfBoundsException e) {
      checks.report("a part beyond the end", true, "");
    }
  }

  private static void combine(Checks checks, int length) {
    float[] x = checks.numbers(length, 1);
    float[] y = checks.numbers(length, 1);
    for (float[] factors : new float[][] {{0, 1}, {1, -1}, {0.25f, 3}}) {
      Guarded into = checks.array(x);
      Guarded from = checks.array(y);
      checks.accelerator().combine(into.array(), factors[0], from.array(), factors[1]);
      checks.near(
          "combine " + length,
          into,
          i -> (double) factors[0] * x[i] + (double) factors[1] * y[i],
          i -> 1e-6 * (Math.abs(factors[0] * x[i]) + Math.abs(factors[1] * y[i])) + 1e-30);
    }
    Guarded own = checks.array(x);
    checks.accelerator().combine(own.array(), 0.5f, own.array(), 0);
    checks.near("combine with itself " + length, own, i -> 0.5 * x[i], i -> 1e-30);
  }

  private static void activate(Checks checks, Function f, int b, int n) {
    Accelerator a = checks.accelerator();
    String of = "%s [%d, %d]".formatted(f, b, n);
    float[] z = checks.numbers(b * n, 3);
    float[] bias = checks.numbers(n, 1);
    Guarded apart = checks.array(z);
    Guarded values = checks.array(new float[b * n]);
    Guarded vector = checks.array(bias);
    a.activate(f, apart.array(), vector.array(), values.array(), b, n);
    float[] sums = new float[b * n];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = z[i] + bias[i % n];
    }
    checks.near("activate " + of + ": z", apart, i -> sums[i], i -> 1e-6);
    checks.near(
        "activate " + of,
        values,
        i -> Formulas.value(f, sums[i]),
        i -> TOLERANCE * (1 + Math.abs(sums[i])));
    Guarded inPlace = checks.array(z);
    a.activate(f, inPlace.array(), vector.array(), inPlace.array(), b, n);
    checks.near(
        "activate in place " + of,
        inPlace,
        i -> Formulas.value(f, sums[i]),
        i -> TOLERANCE * (1 + Math.abs(sums[i])));

    float[] epsilon = checks.numbers(b * n, 1);
    float[] h = checks.read("activate", values);
    Guarded delta = checks.array(epsilon);
    a.timesSlope(f, delta.array(), apart.array(), values.array());
    boolean fromValue = Formulas.slopeFollowsFromValue(f);
    checks.near(
        "timesSlope " + of,
        delta,
        i ->
            epsilon[i]
                * (fromValue ? Formulas.slopeFromValue(f, h[i]) : Formulas.slope(f, sums[i])),
        i -> TOLERANCE * Math.abs(epsilon[i]) + 1e-30);
  }

  private static void clip(Checks checks, int length) {
    Accelerator a = checks.accelerator();
    float[] g = checks.numbers(length, 1);
    Guarded values = checks.array(g);
    a.clipValues(values.array(), 0.75f);
    checks.near(
        "clipValues " + length, values, i -> Math.max(-0.75, Math.min(0.75, g[i])), i -> 1e-30);
    double squares = 1e-30;
    for (float each : g) {
      squares += (double) each * each;
    }
    double whole = Math.sqrt(squares);
    for (int rows : new int[] {1, 7}) {
      double norm = whole / rows;
      for (double share : new double[] {0.3, 3}) {
        float threshold = (float) (norm * share);
        Guarded clipped = checks.array(g);
        a.clipLength(clipped.array(), threshold, false, rows);
        checks.near(
            "clipLength %d, %d rows, to %.1f of it".formatted(length, rows, share),
            clipped,
            i -> g[i] * Math.min(1, threshold / norm),
            i -> TOLERANCE * Math.abs(g[i]) + 1e-30);
      }
      Guarded unit = checks.array(g);
      a.clipLength(unit.array(), 1, true, rows);
      checks.near(
          "clipLength %d, %d rows, always".formatted(length, rows),
          unit,
          i -> g[i] == 0 ? 0 : g[i] / norm,
          i -> TOLERANCE * Math.abs(g[i] / norm) + 1e-30);
    }
    Guarded zeros = checks.array(new float[length]);
    a.clipLength(zeros.array(), 1, true, 1);
    a.clipLength(zeros.array(), 1, false, 1);
    checks.near("clipLength of zeros " + length, zeros, i -> 0, i -> 1e-30);
  }
}
