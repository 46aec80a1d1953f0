package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * A layer's activation that is given as an object, such as {@code LeakyReLU(0.1)}: DL4J's importer
 * takes names only.
 */
final class KerasActivation {
  /** Activations by Keras' names that are the same in DL4J. */
  private static final Map<String, IActivation> NAMED =
      Map.ofEntries(
          Map.entry("linear", new ActivationIdentity()),
          Map.entry("relu", new ActivationReLU()),
          Map.entry("relu6", new ActivationReLU6()),
          Map.entry("elu", new ActivationELU()),
          Map.entry("selu", new ActivationSELU()),
          Map.entry("swish", new ActivationSwish()),
          Map.entry("silu", new ActivationSwish()),
          Map.entry("tanh", new ActivationTanH()),
          Map.entry("sigmoid", new ActivationSigmoid()),
          Map.entry("softplus", new ActivationSoftPlus()),
          Map.entry("softsign", new ActivationSoftSign()),
          Map.entry("softmax", new ActivationSoftmax()));

  private KerasActivation() {}

  /** What is taken, for errors. */
  static String known() {
    return "a name such as relu or tanh, LeakyReLU, ReLU, ELU with alpha = 1, or Softmax along the"
        + " last axis";
  }

  /** The object in words, such as {@code PReLU of the layer p_re_lu}. */
  static String words(JsonNode object) {
    String kind = KerasLayers.kind(object);
    if (kind.isEmpty()) {
      return object.toString();
    }
    JsonNode config = object.path("config");
    return kind + " " + config;
  }

  /** Empty where DL4J has none that computes the same. */
  static Optional<IActivation> of(JsonNode object) {
    JsonNode config = object.path("config");
    IActivation activation =
        switch (KerasLayers.kind(object)) {
          case "LeakyReLU" -> new ActivationLReLU(slope(config));
          case "ELU" -> config.path("alpha").asDouble(1) == 1 ? new ActivationELU() : null;
          case "ReLU" -> rectifier(config);
          case "Softmax" -> isLast(config.path("axis")) ? new ActivationSoftmax() : null;
          case "Activation" -> NAMED.get(config.path("activation").asText(""));
          default -> null;
        };
    return Optional.ofNullable(activation);
  }

  /** One axis, or a list of one. */
  private static boolean isLast(JsonNode axis) {
    JsonNode only = axis.size() == 1 ? axis.get(0) : axis;
    return only.isMissingNode() || only.isNull() || only.isIntegralNumber() && only.asInt() == -1;
  }

  private static double slope(JsonNode config) {
    return config.path("negative_slope").asDouble(config.path("alpha").asDouble(0.3));
  }

  private static IActivation rectifier(JsonNode config) {
    JsonNode most = config.path("max_value");
    Double limit = most.isNumber() ? most.asDouble() : null;
    double threshold = config.path("threshold").asDouble(0);
    double slope = config.path("negative_slope").asDouble(0);
    return limit == null && threshold == 0 && slope == 0
        ? new ActivationReLU()
        : new ActivationReLU(limit, threshold, slope);
  }
}
