package dev.strata.executor.layer;

import dev.strata.executor.failure.Names;
import java.util.EnumSet;
import java.util.Set;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

/** Activation functions by the names that users write. */
public final class Activations {
  /**
   * Of hidden layers. DL4J's own is another function at inference than in training, and has no
   * gradient: networks have {@link RandomizedSlopes#stock()} in its place.
   */
  public static final String RANDOMIZED_RELU = "randomized-relu";

  public static final Names<Activation> NAMES =
      new Names<Activation>()
          .with("relu", Activation.RELU)
          .with("leaky-relu", Activation.LEAKYRELU)
          .with("relu6", Activation.RELU6)
          .with("thresholded-relu", Activation.THRESHOLDEDRELU)
          .with("elu", Activation.ELU)
          .with("selu", Activation.SELU)
          .with("gelu", Activation.GELU)
          .with("swish", Activation.SWISH)
          .with("mish", Activation.MISH)
          .with("softplus", Activation.SOFTPLUS)
          .with("softsign", Activation.SOFTSIGN)
          .with("tanh", Activation.TANH)
          .with("hard-tanh", Activation.HARDTANH)
          .with("rational-tanh", Activation.RATIONALTANH)
          .with("rectified-tanh", Activation.RECTIFIEDTANH)
          .with("sigmoid", Activation.SIGMOID)
          .with("hard-sigmoid", Activation.HARDSIGMOID)
          .with("softmax", Activation.SOFTMAX)
          .with("cube", Activation.CUBE)
          .with("identity", Activation.IDENTITY);

  /** Those that pass about half of a centred input, for which he-normal keeps the variance. */
  private static final Set<Activation> RELU_FAMILY =
      EnumSet.of(
          Activation.RELU,
          Activation.LEAKYRELU,
          Activation.RELU6,
          Activation.RRELU,
          Activation.THRESHOLDEDRELU,
          Activation.ELU,
          Activation.GELU,
          Activation.SWISH,
          Activation.MISH);

  /** Those, and the one that only hidden layers can have. */
  public static final Names<Activation> OF_LAYERS = ofLayers();

  private Activations() {}

  private static Names<Activation> ofLayers() {
    Names<Activation> names = new Names<>();
    NAMES.all().forEach(names::with);
    return names.with(RANDOMIZED_RELU, Activation.RRELU);
  }

  /** What a network has for an activation. */
  public static IActivation function(Activation activation) {
    return activation == Activation.RRELU
        ? RandomizedSlopes.stock()
        : activation.getActivationFunction();
  }

  static boolean isReluFamily(Activation activation) {
    return RELU_FAMILY.contains(activation);
  }
}
