package dev.strata.executor.kernels;

import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Updates of flat vectors that {@link FlatMemory} accepts, each in one pass over the memory. */
public final class FlatSteps {
  private FlatSteps() {}

  /**
   * A whole update in one pass: {@code w -= step(g / rows)}.
   *
   * @param g the gradient's sum over the rows, left as it is
   * @param rows 1 where the gradient is a mean already
   * @param held holds the rule's state between steps
   */
  public static void take(INDArray w, INDArray g, int rows, StepRule rule, HeldState held) {
    new Update(w, g, rows, rule, held).take(0, Math.toIntExact(w.length()), Penalty.NONE);
  }

  /**
   * {@code w -= step(g)}, where parts of g are products that are still to be computed.
   *
   * @param g the rest of the gradient, and memory for the products
   * @param held holds the rule's state between steps
   * @param products ascending
   * @param penalty of the weights whose gradients they are
   * @param panel for parts of them, as long as the longest {@link OuterProduct#panelLength}
   */
  public static void take(
      INDArray w,
      INDArray g,
      StepRule rule,
      HeldState held,
      List<OuterProduct> products,
      Penalty penalty,
      INDArray panel) {
    Update update = new Update(w, g, 1, rule, held);
    int done = 0;
    for (OuterProduct product : products) {
      int at = Math.toIntExact(product.at());
      update.take(done, at, Penalty.NONE);
      done = at + Math.toIntExact(product.length());
      if (product.isWhole()) {
        product.write();
        update.take(at, done, penalty);
        continue;
      }
      FloatBuffer part = FlatMemory.floats(panel);
      for (int from = 0; from < product.units(); from += product.columns()) {
        int columns = Math.min(product.columns(), product.units() - from);
        product.panel(from, columns, panel);
        int begin = at + from * product.inputs();
        update.take(begin, begin + columns * product.inputs(), penalty, part, -begin);
      }
    }
    update.take(done, Math.toIntExact(w.length()), Penalty.NONE);
  }

  /** An update whose parameters have more than one penalty. */
  public static final class Update {
    private final FloatBuffer parameters;
    private final FloatBuffer gradients;
    private final int rows;
    private final StepRule.Loop loop;
    private final HeldState held;
    private final float[][] state;
    private final float[] parameter = new float[FlatMemory.PIECE];
    private final float[] step = new float[FlatMemory.PIECE];

    /**
     * @param g the gradient's sum over the rows, left as it is
     * @param rows 1 where the gradient is a mean already
     * @param held holds the rule's state between steps
     */
    public Update(INDArray w, INDArray g, int rows, StepRule rule, HeldState held) {
      this.parameters = FlatMemory.floats(w);
      this.gradients = FlatMemory.floats(g);
      this.rows = rows;
      this.loop = rule.loop();
      this.held = held;
      this.state = new float[rule.state().size()][];
      held.hold(rule.state());
    }

    /**
     * {@code w -= step(g / rows + l1 sign(w) + l2 w) + decay w}.
     *
     * @param begin first element of w
     * @param end the one after the last
     */
    public void take(int begin, int end, Penalty penalty) {
      take(begin, end, penalty, gradients, 0);
    }

    /** Element i of a piece is element i of all arrays, so that the JVM makes vectors of them. */
    private void take(int begin, int end, Penalty penalty, FloatBuffer gradient, int shift) {
      int at = begin;
      while (at < end) {
        int number = at / FlatMemory.PIECE;
        int first = number * FlatMemory.PIECE;
        int from = at - first;
        int to = Math.min(FlatMemory.PIECE, end - first);
        gradient.get(at + shift, step, from, to - from);
        parameters.get(at, parameter, from, to - from);
        held.piece(number, state);
        if (penalty == Penalty.NONE) {
          loop.descend(parameter, step, rows, state, from, to);
        } else {
          StepRule.divide(step, rows, from, to);
          penalty.ofGradient(step, parameter, from, to);
          descend(penalty, from, to);
        }
        parameters.put(at, parameter, from, to - from);
        at = first + to;
      }
    }

    private void descend(Penalty penalty, int from, int to) {
      if (penalty.decay() == 0) {
        loop.descend(parameter, step, 1, state, from, to);
        return;
      }
      loop.apply(step, state, from, to);
      penalty.ofStep(step, parameter, from, to);
      StepRule.subtract(parameter, step, from, to);
    }
  }

  /** {@code g = step(g)}. */
  public static void turn(INDArray g, StepRule rule) {
    FloatBuffer gradients = FlatMemory.floats(g);
    FloatBuffer[] memory =
        rule.state().stream().map(FlatMemory::floats).toArray(FloatBuffer[]::new);
    float[][] state = new float[memory.length][FlatMemory.PIECE];
    float[] step = new float[FlatMemory.PIECE];
    int length = (int) g.length();
    for (int from = 0; from < length; from += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - from);
      gradients.get(from, step, 0, count);
      for (int i = 0; i < memory.length; i++) {
        memory[i].get(from, state[i], 0, count);
      }
      rule.loop().apply(step, state, 0, count);
      for (int i = 0; i < memory.length; i++) {
        memory[i].put(from, state[i], 0, count);
      }
      gradients.put(from, step, 0, count);
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
