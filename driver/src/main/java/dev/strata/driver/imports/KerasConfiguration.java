package dev.strata.driver.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A Keras model's {@code model_config} in the one form that DL4J's importer reads: that of Keras 2.
 * A functional model whose layers form a chain becomes a sequential one, so that other layers can
 * be put on it later.
 */
final class KerasConfiguration {
  private static final Set<String> FUNCTIONAL = Set.of("Model", "Functional");
  private static final String SEQUENTIAL = "Sequential";
  private static final String INPUT = "InputLayer";
  private static final String INBOUND = "inbound_nodes";
  private static final String SHAPE = "batch_input_shape";

  private final String file;
  private final boolean sequential;
  private final ObjectNode model;
  private final List<ObjectNode> layers = new ArrayList<>();
  private final List<ObjectNode> written = new ArrayList<>();

  /**
   * @param json the attribute {@code model_config}
   * @param rules for its layers
   * @param file named in errors
   * @throws StrataException (data) where the model is none that can be imported; layers by name
   */
  KerasConfiguration(String json, KerasLayers rules, String file) {
    this.file = file;
    JsonNode tree = parse(json);
    String kind = KerasLayers.kind(tree);
    if (!kind.equals(SEQUENTIAL) && !FUNCTIONAL.contains(kind)) {
      throw refused(
          "models with a custom model class cannot be imported",
          kind,
          "a sequential or functional model");
    }
    JsonNode config = tree.path("config");
    JsonNode listed = config.isArray() ? config : config.path("layers");
    if (!listed.isArray() || listed.isEmpty()) {
      throw refused("the model has no layers", "a configuration without layers", "layers");
    }
    for (JsonNode layer : listed) {
      if (!(layer.path("config") instanceof ObjectNode)) {
        throw refused("a layer has no settings", layer.toString(), "an object with a field config");
      }
      String name = KerasLayers.name(layer);
      if (name.isEmpty() || layers.stream().anyMatch(l -> KerasLayers.name(l).equals(name))) {
        throw refused("a layer has no unique name", "two layers called \"" + name + "\"", "one");
      }
      layers.add(layer.deepCopy());
      written.add(layer.deepCopy());
    }
    layers.forEach(rules::translate);
    sequential = kind.equals(SEQUENTIAL) || isChain(config);
    if (sequential) {
      giveShape(config);
      flatten();
    }
    rules.check(layers);
    model = Json.mapper().createObjectNode();
    model.put("class_name", sequential ? SEQUENTIAL : "Model");
    // The importer knows 1 and 2 only; what Keras 3 writes otherwise has been rewritten.
    model.put("keras_version", "2.4.0").put("backend", "tensorflow");
    ObjectNode content = model.putObject("config").put("name", config.path("name").asText("model"));
    content.putArray("layers").addAll(layers);
    if (!sequential) {
      content.set("input_layers", ends(config, "input_layers"));
      content.set("output_layers", ends(config, "output_layers"));
    }
  }

  boolean sequential() {
    return sequential;
  }

  List<ObjectNode> layers() {
    return layers;
  }

  /** The layers as Keras wrote them. */
  List<ObjectNode> written() {
    return written;
  }

  /** JSON of the whole. */
  String json() {
    return model.toString();
  }

  private JsonNode parse(String json) {
    try {
      return Json.mapper().readTree(json.replace("\0", ""));
    } catch (JsonProcessingException e) {
      throw refused("the model's configuration is not JSON", e.getOriginalMessage(), "JSON");
    }
  }

  /** A sequential model that was built by its first rows names their shape elsewhere. */
  private void giveShape(JsonNode config) {
    ObjectNode first = (ObjectNode) layers.get(0).path("config");
    if (!first.has(SHAPE)) {
      if (!config.path("build_input_shape").isArray()) {
        throw refused(
            "the model does not define its input shape",
            "first layer " + KerasLayers.name(layers.get(0)) + " without a shape",
            "a built model; call, for example, model.build((None, 784))");
      }
      first.set(SHAPE, config.path("build_input_shape"));
    }
  }

  /**
   * Rows are vectors here: where the first thing done to an image is to flatten it, nothing is left
   * to do.
   */
  private void flatten() {
    int at = KerasLayers.kind(layers.get(0)).equals(INPUT) ? 1 : 0;
    if (at >= layers.size() - 1 || !KerasLayers.kind(layers.get(at)).equals("Flatten")) {
      return;
    }
    JsonNode shape = layers.get(0).path("config").path(SHAPE);
    String order = layers.get(at).path("config").path("data_format").asText("channels_last");
    long width = 1;
    for (int i = 1; i < shape.size(); i++) {
      width = Math.multiplyExact(width, shape.path(i).asLong());
    }
    if (width < 1 || !order.equals("channels_last")) {
      return;
    }
    layers.remove(at);
    ObjectNode first = (ObjectNode) layers.get(0).path("config");
    first.putArray(SHAPE).addNull().add(Math.toIntExact(width));
  }

  /** Keras 2: {@code [[[name, 0, 0, {}], …]]}. Keras 3: tensors within args. */
  private ArrayNode inbound(ObjectNode layer) {
    ArrayNode nodes = Json.mapper().createArrayNode();
    for (JsonNode node : layer.path(INBOUND)) {
      if (node.isArray()) {
        nodes.add(node);
        continue;
      }
      ArrayNode sources = nodes.addArray();
      boolean other = false;
      for (JsonNode argument : node.path("args")) {
        other |= argument.isValueNode();
      }
      for (JsonNode history : node.path("args").findValues("keras_history")) {
        ArrayNode source = sources.addArray();
        history.forEach(source::add);
        source.addObject();
      }
      if (other
          || sources.isEmpty()
          || !node.path("kwargs").findValues("keras_history").isEmpty()) {
        throw refused(
            "a layer call cannot be imported",
            "layer " + KerasLayers.name(layer) + " with a number or a named argument as input",
            "only outputs of other layers");
      }
    }
    return nodes;
  }

  /** A list of triples; Keras 3 writes a single one without the list around. */
  private static ArrayNode ends(JsonNode config, String field) {
    JsonNode found = config.path(field);
    ArrayNode ends = Json.mapper().createArrayNode();
    if (found.path(0).isTextual()) {
      return ends.add(found);
    }
    found.forEach(ends::add);
    return ends;
  }

  /** Brings the places of the layers into one form, and tells whether each follows the last. */
  private boolean isChain(JsonNode config) {
    layers.forEach(layer -> layer.set(INBOUND, inbound(layer)));
    ArrayNode inputs = ends(config, "input_layers");
    ArrayNode outputs = ends(config, "output_layers");
    if (inputs.size() != 1 || outputs.size() != 1) {
      throw refused(
          "the model has several inputs or outputs",
          inputs.size() + " inputs, " + outputs.size() + " outputs",
          "1 input, 1 output");
    }
    String before = null;
    for (ObjectNode layer : layers) {
      JsonNode sources = layer.path(INBOUND).path(0);
      boolean follows =
          before == null
              ? KerasLayers.kind(layer).equals(INPUT) && sources.isEmpty()
              : sources.size() == 1 && sources.path(0).path(0).asText().equals(before);
      if (!follows) {
        return false;
      }
      before = KerasLayers.name(layer);
    }
    return outputs.path(0).path(0).asText().equals(before);
  }

  private StrataException refused(String what, String found, String expected) {
    return StrataException.data(what).file(file).found(found).expected(expected).build();
  }
}
