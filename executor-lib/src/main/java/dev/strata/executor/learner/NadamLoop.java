package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.FlatSteps;
import dev.strata.executor.kernels.StepRule;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.NadamUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Nadam (Dozat 2016) with a constant momentum β1, on the state m, v of ND4J's updater, which it
 * stands in for while a learner trains; what is saved names the stock updater. With t the step,
 * from 1:
 *
 * <pre>
 *   m = β1 m + (1 - β1) g;  v = β2 v + (1 - β2) g²
 *   step = α (β1 m / (1 - β1^(t+1)) + (1 - β1) g / (1 - β1^t)) / (√(v / (1 - β2^t)) + ε)
 * </pre>
 *
 * <p>ND4J's own leaves the division of v out, so that its first step is 1/√(1 - β2) times too long
 * (60 times the learning rate in all), and divides m by 1 - β1^t. PyTorch's NAdam is this with
 * {@code momentum_decay = 0}; by default its momentum grows over time.
 */
final class NadamLoop implements GradientUpdater<Nadam> {
  private final NadamUpdater stock;

  NadamLoop(NadamUpdater stock) {
    this.stock = stock;
  }

  @Override
  public void applyUpdater(INDArray gradient, int iteration, int epoch) {
    Nadam nadam = stock.getConfig();
    StepRule rule = rule(iteration, epoch);
    if (FlatMemory.isPlain(gradient) && rule.isPlain()) {
      FlatSteps.turn(gradient, rule);
      return;
    }
    Factors factors = Factors.of(nadam, iteration, nadam.getLearningRate(iteration, epoch));
    INDArray m = stock.getM();
    INDArray v = stock.getV();
    INDArray g = gradient.reshape(gradient.ordering(), m.shape());
    m.muli(factors.beta1).addi(g.mul(1 - factors.beta1));
    v.muli(factors.beta2).addi(g.mul(g).muli(1 - factors.beta2));
    INDArray length = Transforms.sqrt(v.mul(factors.ofSquare), false).addi(factors.epsilon);
    gradient.assign(
        g.mul(factors.ofGradient)
            .addi(m.mul(factors.ofMean))
            .divi(length)
            .reshape(gradient.shape()));
  }

  /** The step of an iteration, in float32. */
  StepRule rule(int iteration, int epoch) {
    Nadam nadam = stock.getConfig();
    Factors factors = Factors.of(nadam, iteration, nadam.getLearningRate(iteration, epoch));
    return new StepRule(
        List.of(stock.getM(), stock.getV()),
        (gradient, state, from, to) -> loop(gradient, state[0], state[1], from, to, factors));
  }

  /**
   * Of {@code Rule.NADAM}: of the mean, the gradient and the square, then each β and 1 - β, and ε.
   */
  static float[] numbers(Nadam nadam, int iteration, int epoch) {
    Factors factors = Factors.of(nadam, iteration, nadam.getLearningRate(iteration, epoch));
    return new float[] {
      (float) factors.ofMean,
      (float) factors.ofGradient,
      (float) factors.ofSquare,
      (float) factors.beta1,
      (float) (1 - factors.beta1),
      (float) factors.beta2,
      (float) (1 - factors.beta2),
      (float) factors.epsilon
    };
  }

  /**
   * What a step multiplies with.
   *
   * @param ofMean α β1 / (1 - β1^(t+1))
   * @param ofGradient α (1 - β1) / (1 - β1^t)
   * @param ofSquare 1 / (1 - β2^t)
   */
  private record Factors(
      double beta1,
      double beta2,
      double epsilon,
      double ofMean,
      double ofGradient,
      double ofSquare) {
    static Factors of(Nadam nadam, int iteration, double rate) {
      double beta1 = nadam.getBeta1();
      double beta2 = nadam.getBeta2();
      double step = iteration + 1.0;
      return new Factors(
          beta1,
          beta2,
          nadam.getEpsilon(),
          rate * beta1 / (1 - Math.pow(beta1, step + 1)),
          rate * (1 - beta1) / (1 - Math.pow(beta1, step)),
          1 / (1 - Math.pow(beta2, step)));
    }
  }

  private static void loop(float[] g, float[] m, float[] v, int from, int to, Factors factors) {
    float beta1 = (float) factors.beta1;
    float beta2 = (float) factors.beta2;
    float rest1 = (float) (1 - factors.beta1);
    float rest2 = (float) (1 - factors.beta2);
    float epsilon = (float) factors.epsilon;
    float ofMean = (float) factors.ofMean;
    float ofGradient = (float) factors.ofGradient;
    float ofSquare = (float) factors.ofSquare;
    for (int i = from; i < to; i++) {
      float gradient = g[i];
      float mean = beta1 * m[i] + gradient * rest1;
      float square = beta2 * v[i] + gradient * gradient * rest2;
      m[i] = mean;
      v[i] = square;
      g[i] =
          (ofMean * mean + ofGradient * gradient)
              / ((float) Math.sqrt(ofSquare * square) + epsilon);
    }
  }

  @Override
  public Nadam getConfig() {
    return stock.getConfig();
  }

  @Override
  public void setState(Map<String, INDArray> state, boolean initialize) {
    stock.setState(state, initialize);
  }

  @Override
  public Map<String, INDArray> getState() {
    return stock.getState();
  }

  @Override
  public void setStateViewArray(
      INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
    stock.setStateViewArray(view, gradientShape, gradientOrder, initialize);
  }
}
