package dev.strata.executor.accelerator;

import dev.strata.executor.accelerator.Checks.Guarded;

/** Losses, their gradients, and penalties. */
final class LossChecks {
  private static final double TOLERANCE = 3e-6;

  private LossChecks() {}

  static void run(Checks checks) {
    for (int[] shape : Checks.SHAPES) {
      int b = shape[0];
      int n = shape[1];
      for (boolean weighted : new boolean[] {false, true}) {
        softmax(checks, b, n, weighted);
        sigmoid(checks, b, n, weighted);
        for (Function f : ElementChecks.functions()) {
          if (Formulas.slopeFollowsFromValue(f)) {
            squared(checks, f, b, n, weighted);
          }
        }
      }
      distance(checks, b, n);
      penalties(checks, b * n);
    }
  }

  private static float[] weights(Checks checks, int b, boolean weighted) {
    float[] weights = checks.shares(b);
    for (int i = 0; i < b; i++) {
      weights[i] = weighted ? 2 * weights[i] : 1;
    }
    return weights;
  }

  private static DeviceArray array(Checks checks, float[] weights, boolean weighted) {
    return weighted ? checks.array(weights).array() : null;
  }

  private static void loss(Checks checks, String name, double expected, double magnitude) {
    double got = checks.accelerator().takeLoss();
    checks.near(name + ": loss", got, expected, TOLERANCE * magnitude + 1e-12);
    checks.near(name + ": loss after it was taken", checks.accelerator().takeLoss(), 0, 0);
  }

  private static void softmax(Checks checks, int b, int n, boolean weighted) {
    String name = "softmaxLoss [%d, %d]%s".formatted(b, n, weighted ? " with weights" : "");
    float[] z = checks.numbers(b * n, 3);
    float[] bias = checks.numbers(n, 1);
    float[] w = weights(checks, b, weighted);
    float[] y = new float[b * n];
    for (int r = 0; r < b; r++) {
      int first = checks.random().nextInt(n);
      int second = checks.random().nextInt(n);
      float share = checks.random().nextBoolean() ? 1 : 0.75f;
      y[r * n + first] += share;
      y[r * n + second] += 1 - share;
    }
    double[] p = new double[b * n];
    double sum = 0;
    double magnitude = 0;
    for (int r = 0; r < b; r++) {
      double total = 0;
      double greatest = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < n; j++) {
        greatest = Math.max(greatest, z[r * n + j] + bias[j]);
      }
      for (int j = 0; j < n; j++) {
        p[r * n + j] = Math.exp((double) z[r * n + j] + bias[j] - greatest);
        total += p[r * n + j];
      }
      for (int j = 0; j < n; j++) {
        p[r * n + j] /= total;
        double loss = -y[r * n + j] * Math.log(Math.max(1e-10, p[r * n + j]));
        sum += w[r] * loss;
        magnitude += w[r] * (1 + loss);
      }
    }
    Guarded logits = checks.array(z);
    checks
        .accelerator()
        .softmaxLoss(
            logits.array(),
            checks.array(bias).array(),
            checks.array(y).array(),
            array(checks, w, weighted),
            b,
            n,
            0.5);
    loss(checks, name, 0.5 * sum, magnitude);
    checks.near(name, logits, i -> w[i / n] * (p[i] - y[i]), i -> 10 * TOLERANCE);
  }

  private static void sigmoid(Checks checks, int b, int n, boolean weighted) {
    String name = "sigmoidLoss [%d, %d]%s".formatted(b, n, weighted ? " with weights" : "");
    float[] z = checks.numbers(b * n, 3);
    float[] bias = checks.numbers(n, 1);
    float[] w = weights(checks, b, weighted);
    float[] x = checks.shares(b * n);
    double sum = 0;
    double magnitude = 0;
    for (int i = 0; i < z.length; i++) {
      double logit = (double) z[i] + bias[i % n];
      sum += w[i / n] * (Formulas.softplus(logit) - x[i] * logit);
      magnitude += w[i / n] * (Formulas.softplus(logit) + Math.abs(x[i] * logit));
    }
    Guarded logits = checks.array(z);
    checks
        .accelerator()
        .sigmoidLoss(
            logits.array(),
            checks.array(bias).array(),
            checks.array(x).array(),
            array(checks, w, weighted),
            b,
            n,
            0.25f,
            2);
    loss(checks, name, 2 * sum, 2 * magnitude);
    checks.near(
        name,
        logits,
        i -> 0.25 * w[i / n] * (Formulas.sigmoid((double) z[i] + bias[i % n]) - x[i]),
        i -> TOLERANCE);
  }

  private static void squared(Checks checks, Function f, int b, int n, boolean weighted) {
    String name = "squaredLoss %s [%d, %d]%s".formatted(f, b, n, weighted ? " with weights" : "");
    float[] z = checks.numbers(b * n, 2);
    float[] bias = checks.numbers(n, 1);
    float[] w = weights(checks, b, weighted);
    float[] x = checks.numbers(b * n, 1);
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      double difference = Formulas.value(f, z[i] + bias[i % n]) - x[i];
      sum += w[i / n] * difference * difference;
    }
    Guarded outputs = checks.array(z);
    checks
        .accelerator()
        .squaredLoss(
            f,
            outputs.array(),
            checks.array(bias).array(),
            checks.array(x).array(),
            array(checks, w, weighted),
            b,
            n,
            0.25f,
            0.5);
    loss(checks, name, 0.5 * sum, sum + b * n);
    checks.near(
        name,
        outputs,
        i -> {
          double h = Formulas.value(f, z[i] + bias[i % n]);
          return 0.25 * w[i / n] * (h - x[i]) * Formulas.slopeFromValue(f, h);
        },
        i -> TOLERANCE * (2 + Math.abs(z[i]) + Math.abs(bias[i % n]) + Math.abs(x[i])));
  }

  private static void distance(Checks checks, int b, int n) {
    String name = "distance [%d, %d]".formatted(b, n);
    float[] x = checks.numbers(b * n, 1);
    float[] y = checks.numbers(b * n, 1);
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
    }
    checks.accelerator().distance(checks.array(x).array(), checks.array(y).array(), b, n, 3);
    checks.accelerator().distance(checks.array(y).array(), checks.array(x).array(), b, n, 1);
    loss(checks, name, 4 * sum, 4 * sum);
  }

  private static void penalties(Checks checks, int length) {
    float[] w = checks.numbers(length, 1);
    float[] g = checks.numbers(length, 1);
    double squares = 0;
    double magnitudes = 0;
    for (float each : w) {
      squares += (double) each * each;
      magnitudes += Math.abs(each);
    }
    Guarded decayed = checks.array(g);
    Guarded weights = checks.array(w);
    checks.accelerator().decay(decayed.array(), weights.array(), 0.01f, 0.5);
    loss(checks, "decay " + length, 0.5 * squares, squares);
    checks.near(
        "decay " + length,
        decayed,
        i -> g[i] + (double) 0.01f * w[i],
        i -> TOLERANCE * (Math.abs(g[i]) + Math.abs(w[i])) + 1e-30);
    Guarded shrunk = checks.array(g);
    checks.accelerator().shrink(shrunk.array(), weights.array(), 0.01f, 0.5);
    loss(checks, "shrink " + length, 0.5 * magnitudes, magnitudes);
    checks.near(
        "shrink " + length,
        shrunk,
        i -> g[i] + (double) 0.01f * Math.signum(w[i]),
        i -> TOLERANCE * (Math.abs(g[i]) + 0.01));
  }
}
