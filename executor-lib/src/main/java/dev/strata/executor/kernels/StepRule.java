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
  /** For one piece of the vectors. */
  @FunctionalInterface
  public interface Loop {
    /**
     * Turns the gradient into the step, which is subtracted from the parameters.
     *
     * @param gradient overwritten by the step
     * @param state the same piece of each vector of the state, changed
     * @param count elements
     */
    void apply(float[] gradient, float[][] state, int count);
  }

  /** {@code η g}. */
  public static StepRule descent(float rate) {
    return new StepRule(
        List.of(),
        (g, none, count) -> {
          for (int i = 0; i < count; i++) {
            g[i] *= rate;
          }
        });
  }

  /** {@code v = μ v + η g}, which is the step. */
  public static StepRule momentum(INDArray velocity, float rate, float momentum) {
    return new StepRule(
        List.of(velocity),
        (g, state, count) -> {
          float[] v = state[0];
          for (int i = 0; i < count; i++) {
            v[i] = momentum * v[i] + rate * g[i];
            g[i] = v[i];
          }
        });
  }

  /** Whether {@link FlatSteps} can apply it. */
  public boolean isPlain() {
    return FlatMemory.arePlain(state.toArray(INDArray[]::new));
  }
}
