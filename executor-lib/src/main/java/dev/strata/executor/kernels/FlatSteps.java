package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Updates of flat vectors that {@link FlatMemory} accepts, each in one pass over the memory. */
public final class FlatSteps {
  private FlatSteps() {}

  /** {@code w -= η g}. */
  public static void descend(INDArray w, INDArray g, float rate) {
    FloatBuffer parameters = FlatMemory.floats(w);
    FloatBuffer gradients = FlatMemory.floats(g);
    float[] parameter = new float[FlatMemory.PIECE];
    float[] gradient = new float[FlatMemory.PIECE];
    int length = (int) w.length();
    for (int from = 0; from < length; from += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - from);
      parameters.get(from, parameter, 0, count);
      gradients.get(from, gradient, 0, count);
      for (int i = 0; i < count; i++) {
        parameter[i] -= rate * gradient[i];
      }
      parameters.put(from, parameter, 0, count);
    }
  }

  /** {@code v = μ v + η g; w -= v}. */
  public static void momentum(INDArray w, INDArray g, INDArray v, float rate, float momentum) {
    FloatBuffer parameters = FlatMemory.floats(w);
    FloatBuffer gradients = FlatMemory.floats(g);
    FloatBuffer velocities = FlatMemory.floats(v);
    float[] parameter = new float[FlatMemory.PIECE];
    float[] gradient = new float[FlatMemory.PIECE];
    float[] velocity = new float[FlatMemory.PIECE];
    int length = (int) w.length();
    for (int from = 0; from < length; from += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - from);
      parameters.get(from, parameter, 0, count);
      gradients.get(from, gradient, 0, count);
      velocities.get(from, velocity, 0, count);
      for (int i = 0; i < count; i++) {
        float step = momentum * velocity[i] + rate * gradient[i];
        velocity[i] = step;
        parameter[i] -= step;
      }
      parameters.put(from, parameter, 0, count);
      velocities.put(from, velocity, 0, count);
    }
  }

  /**
   * {@code g += λ w}, the gradient of {@code λ/2 Σ w²}.
   *
   * @return Σ w²
   */
  public static double decay(INDArray g, INDArray w, double factor) {
    if (!FlatMemory.arePlain(g, w)) {
      g.addi(w.mul(factor));
      double length = w.norm2Number().doubleValue();
      return length * length;
    }
    FloatBuffer parameters = FlatMemory.floats(w);
    FloatBuffer gradients = FlatMemory.floats(g);
    float[] parameter = new float[FlatMemory.PIECE];
    float[] gradient = new float[FlatMemory.PIECE];
    float[] squares = new float[FlatMemory.PIECE];
    float share = (float) factor;
    LaneSum sum = new LaneSum();
    int length = (int) w.length();
    for (int from = 0; from < length; from += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - from);
      parameters.get(from, parameter, 0, count);
      gradients.get(from, gradient, 0, count);
      for (int i = 0; i < count; i++) {
        float value = parameter[i];
        gradient[i] += share * value;
        squares[i] = value * value;
      }
      sum.add(squares, count);
      gradients.put(from, gradient, 0, count);
    }
    return sum.total();
  }
}
