package dev.strata.executor.accelerator;

import dev.strata.executor.accelerator.Checks.Guarded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rules over several steps. */
final class RuleChecks {
  private static final int STEPS = 4;
  private static final double TOLERANCE = 4e-6;

  private RuleChecks() {}

  static void run(Checks checks) {
    for (Rule rule : Rule.values()) {
      for (int length : new int[] {1, 5, 784, 1025, 20_003}) {
        for (int rows : new int[] {1, 7}) {
          steps(checks, rule, length, rows);
        }
      }
    }
  }

  private static float[] numbers(Rule rule) {
    return switch (rule) {
      case DESCENT -> new float[] {0.1f};
      case MOMENTUM, NESTEROV -> new float[] {0.1f, 0.9f};
      case ADAM, AMSGRAD -> new float[] {0.02f, 0.9f, 0.999f, 1e-8f};
      case NADAM -> new float[] {0.05f, 0.01f, 3f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f};
      case ADAMAX -> new float[] {0.02f, 0.9f, 0.999f};
      case ADAGRAD -> new float[] {0.1f, 1e-6f};
      case RMSPROP -> new float[] {0.1f, 0.95f, 1e-8f};
    };
  }

  private static void steps(Checks checks, Rule rule, int length, int rows) {
    String name = "step %s %d, %d rows".formatted(rule, length, rows);
    float[] numbers = numbers(rule);
    double[] w = doubles(checks.numbers(length, 1));
    Guarded parameters = checks.array(floats(w));
    List<Guarded> state = new ArrayList<>();
    for (int k = 0; k < rule.state(); k++) {
      float[] start = new float[length];
      Arrays.fill(start, 1e-3f);
      state.add(checks.array(start));
    }
    double[][] kept = new double[length][rule.state()];
    for (double[] each : kept) {
      Arrays.fill(each, 1e-3f);
    }
    for (int step = 0; step < STEPS; step++) {
      float[] g = checks.numbers(length, rows);
      checks
          .accelerator()
          .step(
              rule,
              parameters.array(),
              checks.array(g).array(),
              state.stream().map(Guarded::array).toList(),
              numbers,
              rows);
      for (int i = 0; i < length; i++) {
        w[i] -= Formulas.step(rule, (double) g[i] / rows, kept[i], numbers);
      }
    }
    checks.near(name, parameters, i -> w[i], i -> STEPS * TOLERANCE * (0.5 + Math.abs(w[i])));
    for (int k = 0; k < state.size(); k++) {
      int which = k;
      double greatest = 1e-30;
      for (double[] each : kept) {
        greatest = Math.max(greatest, Math.abs(each[k]));
      }
      double scale = STEPS * TOLERANCE * greatest;
      checks.near(name + ", state " + k, state.get(k), i -> kept[i][which], i -> scale);
    }
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
