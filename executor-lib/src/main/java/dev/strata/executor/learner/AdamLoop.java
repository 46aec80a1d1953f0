package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.FlatSteps;
import dev.strata.executor.kernels.StepRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;

/**
 * ND4J's Adam in a loop that the JVM compiles to vector instructions, which ND4J's own is not:
 * three times as fast, with the same single-precision operations in the same order, so with the
 * same bits:
 *
 * <pre>
 * m = β1 m + g (1 - β1);  v = β2 v + g g (1 - β2);  g = m α / (√v + ε)
 * </pre>
 *
 * <p>α is the learning rate with both bias corrections ({@link AdamRate}). Whether this JVM's ND4J
 * does compute the formula above to the bit (a build with fused multiply-add would not) is tried
 * once before the first use.
 */
final class AdamLoop implements GradientUpdater<Adam> {
  private static final int TRIED = 1 << 14;

  private final AdamUpdater stock;

  AdamLoop(AdamUpdater stock) {
    this.stock = stock;
  }

  /** This loop in place of ND4J's Adam, on condition that it gives the same bits. */
  static GradientUpdater<Adam> insteadOf(AdamUpdater adam) {
    return Trial.SAME ? new AdamLoop(adam) : adam;
  }

  @Override
  public void applyUpdater(INDArray gradient, int iteration, int epoch) {
    Optional<StepRule> rule =
        FlatMemory.isPlain(gradient) ? rule(iteration, epoch) : Optional.empty();
    if (rule.isPresent()) {
      FlatSteps.turn(gradient, rule.get());
    } else {
      stock.applyUpdater(gradient, iteration, epoch);
    }
  }

  /** The step of an iteration; empty where ND4J's own must take it. */
  Optional<StepRule> rule(int iteration, int epoch) {
    Adam adam = stock.getConfig();
    float rate = accepts() ? AdamRate.of(adam, iteration, epoch) : 0;
    return rate == 0 ? Optional.empty() : Optional.of(rule(stock.getM(), stock.getV(), adam, rate));
  }

  private boolean accepts() {
    return isExact(stock.getConfig().getBeta1())
        && isExact(stock.getConfig().getBeta2())
        && FlatMemory.isPlain(stock.getM())
        && FlatMemory.isPlain(stock.getV());
  }

  private static boolean isExact(double beta) {
    return (float) beta >= 0.5f && (float) beta <= 1;
  }

  /** ND4J's own step, which takes the gradient's place. */
  static void stockOperation(INDArray gradient, INDArray m, INDArray v, Adam adam, int iteration) {
    Nd4j.exec(
        new org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater(
            gradient,
            v,
            m,
            adam.getLearningRate(),
            adam.getBeta1(),
            adam.getBeta2(),
            adam.getEpsilon(),
            iteration));
  }

  private static StepRule rule(INDArray m, INDArray v, Adam adam, float rate) {
    float beta1 = (float) adam.getBeta1();
    float beta2 = (float) adam.getBeta2();
    float epsilon = (float) adam.getEpsilon();
    return new StepRule(List.of(m, v), new Loop(beta1, beta2, epsilon, rate));
  }

  /** The formula for a piece of the vectors. */
  private record Loop(float beta1, float beta2, float epsilon, float rate)
      implements StepRule.Loop {
    @Override
    public void apply(float[] g, float[][] state, int from, int to) {
      turn(g, state[0], state[1], from, to);
    }

    @Override
    public void descend(float[] w, float[] g, int rows, float[][] state, int from, int to) {
      descend(w, g, rows, state[0], state[1], from, to);
    }

    private void turn(float[] g, float[] m, float[] v, int from, int to) {
      float b1 = beta1;
      float b2 = beta2;
      float rest1 = 1 - b1;
      float rest2 = 1 - b2;
      float e = epsilon;
      float a = rate;
      for (int i = from; i < to; i++) {
        float gradient = g[i];
        float mean = b1 * m[i] + gradient * rest1;
        float square = b2 * v[i] + gradient * gradient * rest2;
        m[i] = mean;
        v[i] = square;
        g[i] = mean * a / ((float) Math.sqrt(square) + e);
      }
    }

    private void descend(float[] w, float[] g, float rows, float[] m, float[] v, int from, int to) {
      float b1 = beta1;
      float b2 = beta2;
      float rest1 = 1 - b1;
      float rest2 = 1 - b2;
      float e = epsilon;
      float a = rate;
      for (int i = from; i < to; i++) {
        float gradient = g[i] / rows;
        float mean = b1 * m[i] + gradient * rest1;
        float square = b2 * v[i] + gradient * gradient * rest2;
        m[i] = mean;
        v[i] = square;
        w[i] -= mean * a / ((float) Math.sqrt(square) + e);
      }
    }
  }

  @Override
  public Adam getConfig() {
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

  /** Both ways on numbers of all magnitudes. */
  private static final class Trial {
    static final boolean SAME = same();

    private static boolean same() {
      SplittableRandom random = new SplittableRandom(1);
      INDArray[] stock = {numbers(random), numbers(random), numbers(random)};
      stock[2].muli(stock[2]);
      INDArray[] mine = {stock[0].dup(), stock[1].dup(), stock[2].dup()};
      Adam adam = new Adam(0.01, 0.9, 0.999, 1e-8);
      int iteration = 7;
      stockOperation(stock[0], stock[1], stock[2], adam, iteration);
      FlatSteps.turn(mine[0], rule(mine[1], mine[2], adam, AdamRate.of(adam, iteration, 0)));
      boolean same = true;
      for (int i = 0; i < stock.length; i++) {
        same &= FlatMemory.bytes(stock[i]).equals(FlatMemory.bytes(mine[i]));
      }
      return same;
    }

    private static INDArray numbers(SplittableRandom random) {
      float[] numbers = new float[TRIED];
      for (int i = 0; i < TRIED; i++) {
        double magnitude = Math.pow(10, random.nextInt(24) - 18);
        numbers[i] = (float) ((random.nextDouble() - 0.5) * magnitude);
      }
      return Nd4j.createFromArray(numbers);
    }
  }
}
