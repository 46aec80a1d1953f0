package dev.strata.driver.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A Keras model's {@code model_config} in the one form that DL4J's importer reads: that of Keras 2.
 * A functional model whose layers form a chain becomes a sequential one, so that other layers can
 * be put on it later.
 */
final class KerasConfiguration {
  /** Layers that are code or TensorFlow's operations; DL4J takes some of them and fails later. */
  private static final Set<String> CODE =
      Set.of("Lambda", "TFOpLambda", "TensorFlowOpLayer", "SlicingOpLambda", "TFOpLayer");

  private static final Set<String> FUNCTIONAL = Set.of("Model", "Functional");
  private static final String SEQUENTIAL = "Sequential";
  private static final String INPUT = "InputLayer";

  private final String file;
  private final boolean sequential;
  private final ObjectNode model;
  private final List<ObjectNode> layers = new ArrayList<>();

  /**
   * @param json the attribute {@code model_config}
   * @param file named in errors
   * @throws StrataException (data) where the model is none that can be imported; layers by name
   */
  KerasConfiguration(String json, String file) {
    this.file = file;
    JsonNode tree = parse(json);
    String kind = tree.path("class_name").asText("");
    boolean chain = kind.equals(SEQUENTIAL);
    if (!chain && !FUNCTIONAL.contains(kind)) {
      throw refused("a model of a class of its own", kind, "a sequential or functional model");
    }
    JsonNode config = tree.path("config");
    JsonNode listed = config.isArray() ? config : config.path("layers");
    if (!listed.isArray() || listed.isEmpty()) {
      throw refused("the model has no layers", "config without layers", "a list of layers");
    }
    listed.forEach(layer -> layers.add(layer.deepCopy()));
    layers.forEach(this::checkKind);
    layers.forEach(KerasConfiguration::plainTypes);
    if (chain) {
      giveShape(config);
    } else {
      layers.forEach(layer -> layer.set("inbound_nodes", inbound(layer)));
      chain = isChain(config);
    }
    sequential = chain;
    model = Json.mapper().createObjectNode();
    model.put("class_name", chain ? SEQUENTIAL : "Model");
    // The importer knows 1 and 2 only; what else Keras 3 writes otherwise was rewritten above.
    model.put("keras_version", "2.4.0").put("backend", "tensorflow");
    ObjectNode content = model.putObject("config").put("name", config.path("name").asText("model"));
    content.putArray("layers").addAll(layers);
    if (!chain) {
      content.set("input_layers", ends(config, "input_layers"));
      content.set("output_layers", ends(config, "output_layers"));
    }
  }

  boolean sequential() {
    return sequential;
  }

  /** JSON of the whole. */
  String json() {
    return model.toString();
  }

  /** A layer's name and its class, for messages. */
  record Named(String name, String kind) {}

  List<Named> layers() {
    return layers.stream().map(l -> new Named(name(l), l.path("class_name").asText())).toList();
  }

  /** The first layer's own configuration, as the file has it. */
  static String name(JsonNode layer) {
    return layer.path("config").path("name").asText(layer.path("name").asText());
  }

  private JsonNode parse(String json) {
    try {
      return Json.mapper().readTree(json.strip().replace("\0", ""));
    } catch (JsonProcessingException e) {
      throw refused("the model's configuration is no JSON", e.getOriginalMessage(), "JSON");
    }
  }

  private void checkKind(ObjectNode layer) {
    String kind = layer.path("class_name").asText("");
    if (kind.equals(SEQUENTIAL) || FUNCTIONAL.contains(kind)) {
      throw refused(
          "a model inside a model cannot be imported",
          "layer " + name(layer) + " of type " + kind,
          "layers of one model");
    }
    if (CODE.contains(kind)) {
      throw unsupported(new Named(name(layer), kind), null);
    }
    if (layer.path("inbound_nodes").size() > 1) {
      throw refused(
          "a layer that is used more than once cannot be imported",
          "layer " + name(layer) + " with " + layer.path("inbound_nodes").size() + " places",
          "layers with one place each");
    }
  }

  /** Keras 3 writes types as policies and shapes of inputs under another name. */
  private static void plainTypes(ObjectNode layer) {
    if (layer.path("config") instanceof ObjectNode config) {
      config.put("dtype", "float32");
      if (config.has("batch_shape")) {
        config.set("batch_input_shape", config.remove("batch_shape"));
      }
      // Wrappers hold a layer of their own.
      config.properties().stream()
          .map(java.util.Map.Entry::getValue)
          .filter(inner -> inner.has("class_name") && inner.path("config").isObject())
          .filter(inner -> inner.path("config").has("dtype"))
          .forEach(inner -> plainTypes((ObjectNode) inner));
    }
  }

  /** A sequential model that was built by its first rows names their shape elsewhere. */
  private void giveShape(JsonNode config) {
    ObjectNode first = (ObjectNode) layers.get(0).path("config");
    if (!first.has("batch_input_shape")) {
      if (!config.path("build_input_shape").isArray()) {
        throw refused(
            "the model does not say how wide its input is",
            "first layer " + name(layers.get(0)) + " without a shape",
            "a model that was built, as by model.build((None, 784))");
      }
      first.set("batch_input_shape", config.path("build_input_shape"));
    }
  }

  /** Keras 2: {@code [[[name, 0, 0, {}], …]]}. Keras 3: tensors within args. */
  private ArrayNode inbound(ObjectNode layer) {
    ArrayNode nodes = Json.mapper().createArrayNode();
    for (JsonNode node : layer.path("inbound_nodes")) {
      if (node.isArray()) {
        nodes.add(node);
        continue;
      }
      ArrayNode sources = nodes.addArray();
      for (JsonNode history : node.path("args").findValues("keras_history")) {
        ArrayNode source = sources.addArray();
        history.forEach(source::add);
        source.addObject();
      }
      if (!node.path("kwargs").findValues("keras_history").isEmpty() || sources.isEmpty()) {
        throw refused(
            "a layer is called in a way that cannot be imported",
            "layer " + name(layer) + " with inputs as named arguments, or without",
            "inputs as positional arguments");
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

  private boolean isChain(JsonNode config) {
    ArrayNode inputs = ends(config, "input_layers");
    ArrayNode outputs = ends(config, "output_layers");
    if (inputs.size() != 1 || outputs.size() != 1) {
      throw refused(
          "the model has several inputs or outputs",
          inputs.size() + " inputs, " + outputs.size() + " outputs",
          "1 input, 1 output");
    }
    Set<String> seen = new HashSet<>();
    String before = null;
    for (ObjectNode layer : layers) {
      JsonNode sources = layer.path("inbound_nodes").path(0);
      boolean first = before == null;
      boolean follows =
          first
              ? layer.path("class_name").asText().equals(INPUT) && sources.isEmpty()
              : sources.size() == 1 && sources.path(0).path(0).asText().equals(before);
      if (!follows || !seen.add(name(layer))) {
        return false;
      }
      before = name(layer);
    }
    return outputs.path(0).path(0).asText().equals(before);
  }

  /** A layer that the importer does not know. */
  StrataException unsupported(Named layer, Exception cause) {
    return StrataException.data("a layer of the Keras model cannot be imported")
        .file(file)
        .found("layer " + layer.name() + " of type " + layer.kind())
        .expected("layers that DL4J has, such as Dense, BatchNormalization, Dropout, Conv2D, LSTM")
        .cause(cause)
        .build();
  }

  private StrataException refused(String what, String found, String expected) {
    return StrataException.data(what).file(file).found(found).expected(expected).build();
  }
}
