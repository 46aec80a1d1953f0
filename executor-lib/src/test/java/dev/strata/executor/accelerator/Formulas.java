package dev.strata.executor.accelerator;

/** Functions and rules of accelerators in float64, one number at a time, from their formulas. */
final class Formulas {
  private static final double GELU = 1.702;
  private static final double SELU_SCALE = 1.0507009873554805;
  private static final double SELU_ALPHA = 1.6732632423543772;

  private Formulas() {}

  static double value(Function f, double z) {
    return switch (f.kind()) {
      case IDENTITY -> z;
      case SIGMOID -> sigmoid(z);
      case TANH -> Math.tanh(z);
      case RELU -> Math.max(0, z);
      case LEAKY_RELU -> z >= 0 ? z : f.alpha() * z;
      case ELU -> z >= 0 ? z : f.alpha() * Math.expm1(z);
      case SELU -> SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z));
      case GELU -> z * sigmoid(GELU * z);
      case SOFTPLUS -> softplus(z);
      case SOFTSIGN -> z / (1 + Math.abs(z));
      case SWISH -> z * sigmoid(z);
    };
  }

  static double slope(Function f, double z) {
    return switch (f.kind()) {
      case IDENTITY -> 1;
      case SIGMOID -> sigmoid(z) * sigmoid(-z);
      case TANH -> 1 - Math.tanh(z) * Math.tanh(z);
      case RELU -> z > 0 ? 1 : 0;
      case LEAKY_RELU -> z >= 0 ? 1 : f.alpha();
      case ELU -> z >= 0 ? 1 : f.alpha() * Math.exp(z);
      case SELU -> SELU_SCALE * (z > 0 ? 1 : SELU_ALPHA * Math.exp(z));
      case GELU -> sigmoid(GELU * z) + GELU * z * sigmoid(GELU * z) * sigmoid(-GELU * z);
      case SOFTPLUS -> sigmoid(z);
      case SOFTSIGN -> 1 / ((1 + Math.abs(z)) * (1 + Math.abs(z)));
      case SWISH -> sigmoid(z) + z * sigmoid(z) * sigmoid(-z);
    };
  }

  /** f'(z) from h = f(z), of those functions whose {@link Accelerator#timesSlope} reads no z. */
  static double slopeFromValue(Function f, double h) {
    return switch (f.kind()) {
      case IDENTITY -> 1;
      case SIGMOID -> h * (1 - h);
      case TANH -> 1 - h * h;
      case RELU -> h > 0 ? 1 : 0;
      case LEAKY_RELU -> h >= 0 ? 1 : f.alpha();
      case ELU -> h >= 0 ? 1 : h + f.alpha();
      default -> throw new IllegalArgumentException("the derivative of " + f + " needs z");
    };
  }

  static boolean slopeFollowsFromValue(Function f) {
    return f.kind().ordinal() <= Function.Kind.ELU.ordinal();
  }

  static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /** ln(1 + e^z). */
  static double softplus(double z) {
    return Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));
  }

  /**
   * A rule's step.
   *
   * @param state of one element, changed
   */
  static double step(Rule rule, double g, double[] state, float[] numbers) {
    double[] n = new double[numbers.length];
    for (int i = 0; i < n.length; i++) {
      n[i] = numbers[i];
    }
    switch (rule) {
      case DESCENT:
        return n[0] * g;
      case MOMENTUM:
        state[0] = n[1] * state[0] + n[0] * g;
        return state[0];
      case NESTEROV:
        double before = state[0];
        state[0] = n[1] * before - n[0] * g;
        return n[1] * before - (1 + n[1]) * state[0];
      case ADAM, AMSGRAD:
        means(state, g, n[1], 1 - n[1], n[2], 1 - n[2]);
        if (rule == Rule.AMSGRAD) {
          state[2] = Math.max(state[2], state[1]);
        }
        return n[0] * state[0] / (Math.sqrt(state[rule.state() - 1]) + n[3]);
      case NADAM:
        means(state, g, n[3], n[4], n[5], n[6]);
        return (n[0] * state[0] + n[1] * g) / (Math.sqrt(n[2] * state[1]) + n[7]);
      case ADAMAX:
        state[0] = n[1] * state[0] + (1 - n[1]) * g;
        state[1] = Math.max(n[2] * state[1], Math.abs(g)) + 1e-32;
        return n[0] * state[0] / state[1];
      case ADAGRAD:
        state[0] += g * g;
        return n[0] * g / (Math.sqrt(state[0]) + n[1]);
      case RMSPROP:
        state[0] = n[1] * state[0] + (1 - n[1]) * g * g;
        return n[0] * g / (Math.sqrt(state[0]) + n[2]);
      default:
        throw new IllegalArgumentException(rule.name());
    }
  }

  private static void means(
      double[] state, double g, double beta1, double rest1, double beta2, double rest2) {
    state[0] = beta1 * state[0] + rest1 * g;
    state[1] = beta2 * state[1] + rest2 * g * g;
  }
}
