package dev.strata.executor.kernels;

import dev.strata.executor.accelerator.Function;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Activation functions whose derivative is a function of their value h = f(z): sigmoid h(1−h), tanh
 * 1−h², relu 1 where h &gt; 0, elu 1 or h+1, identity 1.
 *
 * <p>Plain float arrays take loops of ours, to about 1e-7 the values of ND4J's operations, which
 * serve all other arrays.
 */
public enum Nonlinearity {
  SIGMOID(Activation.SIGMOID),
  TANH(Activation.TANH),
  RELU(Activation.RELU),
  ELU(Activation.ELU),
  IDENTITY(Activation.IDENTITY);

  private final IActivation stock;

  Nonlinearity(Activation stock) {
    this.stock = stock.getActivationFunction();
  }

  /** By DL4J's lower-case name. */
  public static Optional<Nonlinearity> named(String name) {
    for (Nonlinearity each : values()) {
      if (each.text().equals(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** By DL4J's function; empty where it is another one, or has parameters of its own. */
  public static Optional<Nonlinearity> of(IActivation function) {
    return Arrays.stream(values()).filter(each -> each.stock.equals(function)).findFirst();
  }

  /** The same function of an accelerator; elu's α is 1. */
  public Function function() {
    return new Function(Function.Kind.valueOf(name()), 1);
  }

  /** DL4J's lower-case name. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * {@code z = f(z + bias)}.
   *
   * @param z {@code [b, n]} in C order
   * @param bias {@code [1, n]}
   */
  public void apply(INDArray z, INDArray bias) {
    if (FlatMemory.arePlain(z, bias)) {
      ActivationLoop.apply(this, z, bias);
    } else {
      stock.getActivation(z.addiRowVector(bias), true);
    }
  }

  /**
   * {@code delta = delta · f'(z)}, element by element.
   *
   * @param h values f(z), of delta's shape
   */
  public void timesSlope(INDArray delta, INDArray h) {
    if (this == IDENTITY) {
      return;
    }
    if (FlatMemory.arePlain(delta, h)) {
      ActivationLoop.timesSlope(this, delta, h);
    } else {
      delta.muli(slope(h));
    }
  }

  /**
   * {@link #timesSlope(INDArray, INDArray)}, and the sum of delta's rows: the gradients with regard
   * to pre-activations and bias.
   *
   * @param delta {@code [b, n]} in C order
   * @param h values f(z), of delta's shape
   * @param sums {@code [1, n]}, overwritten
   */
  public void timesSlope(INDArray delta, INDArray h, INDArray sums) {
    if (this != IDENTITY && FlatMemory.arePlain(delta, h, sums)) {
      ActivationLoop.timesSlope(this, delta, h, sums);
    } else {
      timesSlope(delta, h);
      Sums.ofRows(delta, sums);
    }
  }

  /** f'(z) from h = f(z), a new array. */
  public INDArray slope(INDArray h) {
    return switch (this) {
      case SIGMOID -> h.rsub(1).muli(h);
      case TANH -> h.mul(h).rsubi(1);
      case RELU -> h.gt(0).castTo(h.dataType());
      case ELU -> Transforms.min(h, 0, true).addi(1);
      case IDENTITY -> h.ulike().assign(1);
    };
  }

  /** f''(z) from h = f(z), a new array; 0 at kinks. */
  public INDArray curvature(INDArray h) {
    return switch (this) {
      case SIGMOID -> slope(h).muli(h.mul(-2).addi(1));
      case TANH -> slope(h).muli(h).muli(-2);
      case ELU -> slope(h).muli(h.lt(0).castTo(h.dataType()));
      case RELU, IDENTITY -> h.ulike().assign(0);
    };
  }
}
