package dev.strata.executor.learner;

import java.util.Optional;
import java.util.function.BinaryOperator;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A stock activation with the derivative of what it computes, where DL4J 1.0.0-M2.1 has another:
 *
 * <ul>
 *   <li>ELU, {@code f(z) = z for z ≥ 0, α (e^z - 1) below}: DL4J's derivative is that of α = 1;
 *   <li>GELU in its precise form, which DL4J computes as {@code z/2 (1 + tanh u)}, {@code u =
 *       √(2/π) (z + (0.044715 z)³)} (the cube should not hold the factor): DL4J's derivative is of
 *       neither;
 *   <li>GELU, swish and mish: DL4J's derivative is NaN where {@code e^z} or its square is beyond
 *       float32, from z = 22 on, where it should be 1.
 * </ul>
 */
final class RightGradient extends BaseActivationFunction {
  private static final long serialVersionUID = 1L;

  private static final double CUBE = 0.044715;
  private static final double ROOT = Math.sqrt(2 / Math.PI);

  /**
   * From here on the derivatives of GELU, swish and mish are 1 to float64's precision or nearly.
   */
  private static final double STRAIGHT_FROM = 20;

  private static final double SWISH_STRAIGHT_FROM = 40;

  private final IActivation stock;
  private final BinaryOperator<INDArray> back;

  /**
   * @param back of z and the gradient with regard to f(z) makes that with regard to z
   */
  private RightGradient(IActivation stock, BinaryOperator<INDArray> back) {
    this.stock = stock;
    this.back = back;
  }

  /** What stands in for an activation; empty where DL4J's gradient is right. */
  static Optional<IActivation> of(IActivation stock) {
    if (stock instanceof ActivationELU elu && elu.getAlpha() != 1) {
      return Optional.of(new RightGradient(stock, (z, e) -> eluSlope(z, elu.getAlpha()).muli(e)));
    }
    return stock instanceof ActivationGELU gelu && gelu.isPrecise()
        ? Optional.of(new RightGradient(stock, (z, e) -> geluSlope(z).muli(e)))
        : Optional.empty();
  }

  /** What stands in for an activation whose gradient is right where it does not overflow. */
  static Optional<IActivation> withoutOverflow(IActivation stock) {
    if (stock instanceof ActivationSwish) {
      return Optional.of(bounded(stock, SWISH_STRAIGHT_FROM));
    }
    boolean plainGelu = stock instanceof ActivationGELU gelu && !gelu.isPrecise();
    return plainGelu || stock instanceof ActivationMish
        ? Optional.of(bounded(stock, STRAIGHT_FROM))
        : Optional.empty();
  }

  /** DL4J's own, of greater inputs that of the greatest for which it is a number. */
  private static RightGradient bounded(IActivation stock, double most) {
    return new RightGradient(
        stock, (z, e) -> stock.backprop(Transforms.min(z, most, true), e).getFirst());
  }

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return stock.getActivation(in, training);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    return new Pair<>(back.apply(in, epsilon), null);
  }

  /** 1 where z ≥ 0, α e^z below. */
  private static INDArray eluSlope(INDArray z, double alpha) {
    INDArray below = z.lt(0).castTo(z.dataType());
    INDArray slope = Transforms.exp(Transforms.min(z, 0, true), false).muli(alpha).muli(below);
    return slope.addi(below.rsubi(1));
  }

  /** {@code (1 + tanh u)/2 + z/2 (1 - tanh² u) u'}, {@code u' = √(2/π) (1 + 3 · 0.044715³ z²)}. */
  private static INDArray geluSlope(INDArray z) {
    double cubed = CUBE * CUBE * CUBE;
    INDArray square = z.mul(z);
    INDArray tanh = Transforms.tanh(square.mul(cubed).addi(1).muli(z).muli(ROOT), false);
    INDArray inner = square.muli(3 * cubed).addi(1).muli(ROOT);
    INDArray second = tanh.mul(tanh).rsubi(1).muli(inner).muli(z);
    return tanh.addi(1).addi(second).divi(2);
  }

  @Override
  public String toString() {
    return stock.toString();
  }
}
