package dev.strata.executor.kernels;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How an updater turns a gradient into a step, element by element.
 *
 * @param state vectors of the gradient's length, which a step changes
 * @param loop the rule itself
 */
public record StepRule(List<INDArray> state, Loop loop) {
  /** Keeps a quotient of zeros 0. */
  private static final float TINY = 1e-32f;

  /** For one piece of the vectors. */
  @FunctionalInterface
  public interface Loop {
    /**
     * Turns the gradient into the step, which is subtracted from the parameters.
     *
     * @param gradient overwritten by the step
     * @param state the same piece of each vector of the state, changed
     * @param from first element
     * @param to the one after the last
     */
    void apply(float[] gradient, float[][] state, int from, int to);

    /**
     * Divides the gradient by the rows, turns it into the step and subtracts that from the
     * parameters: with the same bits in one loop, where a rule has one.
     *
     * @param gradient overwritten by anything
     */
    default void descend(
        float[] parameter, float[] gradient, int rows, float[][] state, int from, int to) {
      divide(gradient, rows, from, to);
      apply(gradient, state, from, to);
      subtract(parameter, gradient, from, to);
    }
  }

  static void divide(float[] values, int by, int from, int to) {
    if (by == 1) {
      return;
    }
    float divisor = by;
    for (int i = from; i < to; i++) {
      values[i] /= divisor;
    }
  }

  static void subtract(float[] values, float[] others, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] -= others[i];
    }
  }

  /** {@code η g}. */
  public static StepRule descent(float rate) {
    return new StepRule(
        List.of(),
        (g, none, from, to) -> {
          for (int i = from; i < to; i++) {
            g[i] *= rate;
          }
        });
  }

  /** {@code v = μ v + η g}, which is the step. */
  public static StepRule momentum(INDArray velocity, float rate, float momentum) {
    return new StepRule(List.of(velocity), new Momentum(rate, momentum));
  }

  /** {@code v = μ v - η g; step = η g - μ v}, with the new v. */
  public static StepRule nesterov(INDArray velocity, float rate, float momentum) {
    return new StepRule(
        List.of(velocity),
        (g, state, from, to) -> {
          float[] v = state[0];
          for (int i = from; i < to; i++) {
            float gradient = rate * g[i];
            v[i] = momentum * v[i] - gradient;
            g[i] = gradient - momentum * v[i];
          }
        });
  }

  /** {@code s = s + g²; step = η g / (√s + ε)}. */
  public static StepRule adaGrad(INDArray squares, float rate, float epsilon) {
    return new StepRule(
        List.of(squares),
        (g, state, from, to) -> {
          float[] s = state[0];
          for (int i = from; i < to; i++) {
            s[i] += g[i] * g[i];
            g[i] = rate * g[i] / ((float) Math.sqrt(s[i]) + epsilon);
          }
        });
  }

  /** {@code s = ρ s + (1 - ρ) g²; step = η g / (√s + ε)}. */
  public static StepRule rmsProp(INDArray squares, float rate, float decay, float epsilon) {
    float rest = 1 - decay;
    return new StepRule(
        List.of(squares),
        (g, state, from, to) -> {
          float[] s = state[0];
          for (int i = from; i < to; i++) {
            s[i] = decay * s[i] + rest * g[i] * g[i];
            g[i] = rate * g[i] / ((float) Math.sqrt(s[i]) + epsilon);
          }
        });
  }

  /**
   * {@code s = ρ s + (1 - ρ) g²; step = g √(d + ε) / √(s + ε); d = ρ d + (1 - ρ) step²}.
   *
   * @param steps d
   */
  public static StepRule adaDelta(INDArray squares, INDArray steps, float decay, float epsilon) {
    float rest = 1 - decay;
    return new StepRule(
        List.of(squares, steps),
        (g, state, from, to) -> {
          float[] s = state[0];
          float[] d = state[1];
          for (int i = from; i < to; i++) {
            s[i] = decay * s[i] + rest * g[i] * g[i];
            float step =
                g[i] * (float) Math.sqrt(d[i] + epsilon) / (float) Math.sqrt(s[i] + epsilon);
            d[i] = decay * d[i] + rest * step * step;
            g[i] = step;
          }
        });
  }

  /**
   * {@code m = β1 m + (1 - β1) g; u = max(β2 u, |g|); step = η m / u}.
   *
   * @param greatest u
   * @param rate with its bias correction
   */
  public static StepRule adaMax(
      INDArray mean, INDArray greatest, float rate, float beta1, float beta2) {
    float rest = 1 - beta1;
    return new StepRule(
        List.of(mean, greatest),
        (g, state, from, to) -> {
          float[] m = state[0];
          float[] u = state[1];
          for (int i = from; i < to; i++) {
            m[i] = beta1 * m[i] + rest * g[i];
            u[i] = Math.max(beta2 * u[i], Math.abs(g[i]));
            g[i] = rate * m[i] / (u[i] + TINY);
          }
        });
  }

  /**
   * {@code m = β1 m + (1 - β1) g; v = β2 v + (1 - β2) g²; h = max(h, v); step = η m / (√h + ε)}.
   *
   * @param state m, v and h
   * @param numbers η with its bias corrections, β1, β2 and ε
   */
  public static StepRule amsGrad(List<INDArray> state, float... numbers) {
    float rate = numbers[0];
    float beta1 = numbers[1];
    float beta2 = numbers[2];
    float epsilon = numbers[3];
    float rest1 = 1 - beta1;
    float rest2 = 1 - beta2;
    return new StepRule(
        state,
        (g, pieces, from, to) -> {
          float[] m = pieces[0];
          float[] v = pieces[1];
          float[] h = pieces[2];
          for (int i = from; i < to; i++) {
            m[i] = beta1 * m[i] + rest1 * g[i];
            v[i] = beta2 * v[i] + rest2 * g[i] * g[i];
            h[i] = Math.max(h[i], v[i]);
            g[i] = rate * m[i] / ((float) Math.sqrt(h[i]) + epsilon);
          }
        });
  }

  private record Momentum(float rate, float momentum) implements Loop {
    @Override
    public void apply(float[] g, float[][] state, int from, int to) {
      float[] v = state[0];
      for (int i = from; i < to; i++) {
        v[i] = momentum * v[i] + rate * g[i];
        g[i] = v[i];
      }
    }

    @Override
    public void descend(float[] w, float[] g, int rows, float[][] state, int from, int to) {
      descend(w, g, rows, state[0], from, to);
    }

    private void descend(float[] w, float[] g, float rows, float[] v, int from, int to) {
      float factor = rate;
      float kept = momentum;
      for (int i = from; i < to; i++) {
        float velocity = kept * v[i] + factor * (g[i] / rows);
        v[i] = velocity;
        w[i] -= velocity;
      }
    }
  }

  /** Whether {@link FlatSteps} can apply it. */
  public boolean isPlain() {
    return FlatMemory.arePlain(state.toArray(INDArray[]::new));
  }
}
