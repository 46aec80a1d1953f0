package dev.strata.driver.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.network.NetworkConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a network computes at inference, layer by layer. Names, initial values and everything that
 * only matters in training (updater, regularisation, dropout rate, loss …) are left out, so that
 * they may change when a model is continued.
 */
final class Architecture {
  private static final Set<String> TRAINING_ONLY =
      Set.of(
          "iupdater",
          "biasUpdater",
          "regularization",
          "regularizationBias",
          "gradientNormalization",
          "gradientNormalizationThreshold",
          "idropout",
          "weightNoise",
          "constraints",
          "weightInitFn",
          "biasInit",
          "gainInit",
          "layerName",
          "lossFn",
          "decay",
          "seed",
          "iterationCount",
          "epochCount",
          "maxNumLineSearchIterations",
          "miniBatch",
          "minimize",
          "optimizationAlgo",
          "stepFunction",
          "cacheMode");

  /** How users call what DL4J's JSON calls otherwise. */
  private static final Map<String, String> WORDS =
      Map.of("nout", "units", "nin", "input width", "activationFn", "activation", "@class", "type");

  /** Where a layer is in the configuration → what it computes. */
  private final Map<String, JsonNode> layers;

  Architecture(NetworkConfiguration network) {
    try {
      JsonNode tree = Json.mapper().readTree(network.json());
      layers =
          network.kind() == NetworkConfiguration.Kind.MULTI_LAYER ? sequence(tree) : graph(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("DL4J wrote unreadable JSON", e);
    }
  }

  private static Map<String, JsonNode> sequence(JsonNode tree) {
    Map<String, JsonNode> layers = new TreeMap<>();
    JsonNode confs = tree.get("confs");
    for (int i = 0; i < confs.size(); i++) {
      ObjectNode layer = confs.get(i).get("layer").deepCopy();
      layer.set("preProcessor", tree.get("inputPreProcessors").get(String.valueOf(i)));
      layers.put(String.format(Locale.ROOT, "network.layers[%d]", i), layer);
    }
    return layers;
  }

  private static Map<String, JsonNode> graph(JsonNode tree) {
    Map<String, JsonNode> layers = new TreeMap<>();
    tree.get("vertices")
        .fields()
        .forEachRemaining(
            vertex -> {
              ObjectNode copy = vertex.getValue().deepCopy();
              copy.set("inputs", tree.get("vertexInputs").get(vertex.getKey()));
              layers.put("network.dl4j-json, vertex " + vertex.getKey(), copy);
            });
    return layers;
  }

  /**
   * @param other of the model to continue
   * @param folder of that model
   * @throws StrataException (configuration) that names the first layer that differs
   */
  void requireSame(Architecture other, String folder) {
    Set<String> places =
        new TreeSet<>(
            (a, b) -> a.length() != b.length() ? a.length() - b.length() : a.compareTo(b));
    places.addAll(layers.keySet());
    places.addAll(other.layers.keySet());
    for (String place : places) {
      JsonNode own = layers.get(place);
      JsonNode its = other.layers.get(place);
      List<String> difference = new ArrayList<>();
      if (own == null || its == null) {
        difference.add(own == null ? "no such layer" : type(own));
        difference.add(its == null ? "no such layer" : type(its));
      } else {
        difference(own, its, "", difference);
      }
      if (!difference.isEmpty()) {
        throw StrataException.configuration(
                "the network differs from that of the model to continue, init.from = " + folder)
            .key(place)
            .found(difference.get(0))
            .expected(difference.get(1) + ", as in that model")
            .build();
      }
    }
  }

  private static String type(JsonNode layer) {
    return "type = " + simple(layer.path("@class"));
  }

  /** Adds the first difference, found and expected, if there is one. */
  private static void difference(JsonNode own, JsonNode its, String name, List<String> into) {
    if (own.isObject() && its.isObject()) {
      // The type first: where it differs, so does all the rest.
      Set<String> fields = new TreeSet<>();
      own.fieldNames().forEachRemaining(fields::add);
      its.fieldNames().forEachRemaining(fields::add);
      for (String field : fields) {
        if (into.isEmpty() && !TRAINING_ONLY.contains(field)) {
          String word = WORDS.getOrDefault(field, field);
          boolean activation = name.equals("activation");
          difference(own.path(field), its.path(field), activation ? name : word, into);
        }
      }
    } else if (!own.equals(its) && !(absent(own) && absent(its))) {
      into.add(name + " = " + simple(own));
      into.add(name + " = " + simple(its));
    }
  }

  private static boolean absent(JsonNode node) {
    return node.isNull() || node.isMissingNode();
  }

  /** Values as they are; classes without their package. */
  private static String simple(JsonNode value) {
    String text = value.isTextual() ? value.asText() : value.toString();
    return text.startsWith("org.") ? text.substring(text.lastIndexOf('.') + 1) : text;
  }
}
