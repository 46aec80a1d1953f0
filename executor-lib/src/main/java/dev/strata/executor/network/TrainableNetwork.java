package dev.strata.executor.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.layer.RandomizedSlopes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.learning.config.AdaBelief;
import org.nd4j.linalg.learning.config.AdaGrad;

/**
 * Rejects parts of stock DL4J networks that cannot be trained, because DL4J 1.0.0-M2.1 computes
 * something other than their names say and Strata cannot replace them. It finds them in a network's
 * JSON at any depth. Inference is not affected.
 */
public final class TrainableNetwork {
  private static final String CLASS = "@class";
  private static final String ADA_BELIEF = "DL4J's updater AdaBelief fails with any network";

  private TrainableNetwork() {}

  /**
   * Refuses to train a network.
   *
   * @param key of the configuration that named the network
   * @throws StrataException (configuration) that names the first layer at fault
   */
  public static void require(NetworkConfiguration network, String key) {
    for (Map.Entry<String, JsonNode> layer : layers(network).entrySet()) {
      Optional<String> reason = reason(layer.getValue());
      if (reason.isPresent()) {
        throw StrataException.configuration("a layer of the network cannot be trained")
            .key(key)
            .found("layer " + layer.getKey() + ": " + reason.get())
            .expected("another activation or updater, or this layer frozen")
            .build();
      }
    }
  }

  /**
   * The first layer, and why, that DL4J cannot even make an updater for; empty where there is none.
   * A network with it fails at inference too, where its state is asked for.
   */
  public static Optional<String> unusable(NetworkConfiguration network) {
    return layers(network).entrySet().stream()
        .filter(layer -> objects(layer.getValue()).stream().anyMatch(TrainableNetwork::isAdaBelief))
        .map(layer -> "layer " + layer.getKey() + ": " + ADA_BELIEF)
        .findFirst();
  }

  private static boolean isAdaBelief(JsonNode object) {
    return is(object, AdaBelief.class);
  }

  /**
   * Numbers of activations whose gradient is to be replaced ({@link #hasWrongGradient}), by layer.
   */
  public static Map<String, Long> wrongGradients(NetworkConfiguration network) {
    Map<String, Long> counts = new LinkedHashMap<>();
    layers(network)
        .forEach(
            (name, layer) -> {
              long count =
                  objects(layer).stream().filter(TrainableNetwork::hasWrongGradient).count();
              if (count > 0) {
                counts.put(name, count);
              }
            });
    return counts;
  }

  private static Optional<String> reason(JsonNode layer) {
    for (JsonNode object : objects(layer)) {
      if (is(object, ActivationRReLU.class)) {
        return Optional.of(
            "DL4J's randomized relu has the gradient of the identity and computes max(input,"
                + " constant) at inference");
      }
      if (isAdaBelief(object)) {
        return Optional.of(ADA_BELIEF);
      }
      if (isAdaGradWithoutRate(object)) {
        return Optional.of(
            "DL4J's updater AdaGrad loses its learning rate schedule, and its rate is NaN");
      }
    }
    return Optional.empty();
  }

  /** A copy of AdaGrad has no schedule, and NaN in the place of the rate. */
  private static boolean isAdaGradWithoutRate(JsonNode object) {
    return is(object, AdaGrad.class)
        && (object.path("learningRateSchedule").isObject()
            || !Double.isFinite(object.path("learningRate").asDouble(Double.NaN)));
  }

  /**
   * ELU with an alpha other than 1, GELU in its precise form, and what stands for randomized relu.
   */
  private static boolean hasWrongGradient(JsonNode object) {
    return (is(object, ActivationLReLU.class)
            && object.path("alpha").asDouble() == RandomizedSlopes.MEAN)
        || (is(object, ActivationELU.class) && object.path("alpha").asDouble(1) != 1)
        || (is(object, ActivationGELU.class) && object.path("precise").asBoolean());
  }

  private static boolean is(JsonNode object, Class<?> type) {
    return object.path(CLASS).asText().equals(type.getName());
  }

  /** Name of each layer, and its part of the JSON. */
  private static Map<String, JsonNode> layers(NetworkConfiguration network) {
    Map<String, JsonNode> layers = new LinkedHashMap<>();
    JsonNode tree;
    try {
      tree = Json.mapper().readTree(network.json());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
    if (network.kind() == NetworkConfiguration.Kind.MULTI_LAYER) {
      int index = 0;
      for (JsonNode configuration : tree.path("confs")) {
        JsonNode name = configuration.path("layer").path("layerName");
        layers.put(name.isTextual() ? name.asText() : "layer" + index, configuration);
        index++;
      }
    } else {
      tree.path("vertices").fields().forEachRemaining(e -> layers.put(e.getKey(), e.getValue()));
    }
    return layers;
  }

  private static List<JsonNode> objects(JsonNode within) {
    List<JsonNode> found = new ArrayList<>();
    if (within.isObject()) {
      found.add(within);
    }
    within.forEach(child -> found.addAll(objects(child)));
    return found;
  }
}
