package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Function;
import dev.strata.executor.accelerator.Function.Kind;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** DL4J's activation functions as an accelerator has them. */
final class DeviceFunctions {
  private static final Map<Class<? extends IActivation>, Kind> KINDS =
      Map.of(
          ActivationIdentity.class, Kind.IDENTITY,
          ActivationSigmoid.class, Kind.SIGMOID,
          ActivationTanH.class, Kind.TANH,
          ActivationSELU.class, Kind.SELU,
          ActivationSoftPlus.class, Kind.SOFTPLUS,
          ActivationSoftSign.class, Kind.SOFTSIGN,
          ActivationSwish.class, Kind.SWISH);

  private DeviceFunctions() {}

  /** By class and parameters; empty where an accelerator has none such. */
  static Optional<Function> of(IActivation stock) {
    if (KINDS.containsKey(stock.getClass())) {
      return Optional.of(Function.of(KINDS.get(stock.getClass())));
    }
    if (stock.getClass() == ActivationReLU.class && stock.equals(new ActivationReLU())) {
      return Optional.of(Function.of(Kind.RELU));
    }
    if (stock.getClass() == ActivationLReLU.class) {
      double alpha = ((ActivationLReLU) stock).getAlpha();
      // With a negative slope the derivative does not follow from the value.
      return Optional.of(new Function(Kind.LEAKY_RELU, (float) alpha)).filter(f -> alpha >= 0);
    }
    if (stock.getClass() == ActivationELU.class) {
      double alpha = ((ActivationELU) stock).getAlpha();
      return Optional.of(new Function(Kind.ELU, (float) alpha)).filter(f -> alpha >= 0);
    }
    if (stock.getClass() == ActivationGELU.class && !((ActivationGELU) stock).isPrecise()) {
      return Optional.of(Function.of(Kind.GELU));
    }
    return Optional.empty();
  }

  /** Whether its derivative is a function of its value. */
  static boolean slopeFollowsFromValue(Function f) {
    return switch (f.kind()) {
      case IDENTITY, SIGMOID, TANH, RELU, LEAKY_RELU, ELU -> true;
      case SELU, GELU, SOFTPLUS, SOFTSIGN, SWISH -> false;
    };
  }
}
