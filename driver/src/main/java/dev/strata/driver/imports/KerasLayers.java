package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.config.Keras2LayerConfiguration;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasLayerUtils;
import org.nd4j.linalg.activations.IActivation;

/**
 * Single layers of a Keras model: brings what Keras 3 writes otherwise into the form of Keras 2,
 * and refuses by name what DL4J's importer does not know, or takes and computes otherwise.
 */
final class KerasLayers {
  /**
   * Layers whose outputs were compared with those of Keras itself. DL4J makes others too, some of
   * which compute something else (Permute, PReLU), and some fail in native code (TimeDistributed).
   */
  private static final Set<String> COMPARED =
      Set.of(
          "InputLayer",
          "Dense",
          "Activation",
          "ReLU",
          "LeakyReLU",
          "ELU",
          "Softmax",
          "Dropout",
          "GaussianDropout",
          "GaussianNoise",
          "AlphaDropout",
          "SpatialDropout2D",
          "BatchNormalization",
          "Flatten",
          "Reshape",
          "RepeatVector",
          "Conv2D",
          "SeparableConv2D",
          "Conv2DTranspose",
          "MaxPooling2D",
          "AveragePooling2D",
          "GlobalMaxPooling2D",
          "GlobalAveragePooling2D",
          "ZeroPadding2D",
          "Cropping2D",
          "UpSampling2D",
          "Add",
          "Subtract",
          "Multiply",
          "Average",
          "Maximum",
          "Concatenate");

  /** Compared too, but with their usual settings only. */
  private static final Set<String> COMPARED_IN_PART =
      Set.of("LSTM", "SimpleRNN", "Bidirectional", "Conv1D");

  private static final Set<String> MODELS = Set.of("Sequential", "Model", "Functional");
  private static final Set<String> SCALING = Set.of("Rescaling", "Normalization");

  private final String file;
  private final boolean third;
  private final boolean referenced;
  private final KerasSettings settings;
  private final KerasConstraints constraints;
  private final Map<String, IActivation> activations = new HashMap<>();

  /**
   * @param file named in errors
   * @param third whether Keras 3 wrote it
   * @param referenced whether the outputs will be compared with a reference, so that layers may be
   *     tried that have not been compared
   */
  KerasLayers(String file, boolean third, boolean referenced) {
    this.file = file;
    this.third = third;
    this.referenced = referenced;
    this.settings = new KerasSettings(file);
    this.constraints = new KerasConstraints(file);
  }

  KerasConstraints constraints() {
    return constraints;
  }

  /** Layer → its activation, of layers whose activation is an object. */
  Map<String, IActivation> activations() {
    return activations;
  }

  static String name(JsonNode layer) {
    return layer.path("config").path("name").asText(layer.path("name").asText());
  }

  static String kind(JsonNode layer) {
    return layer.path("class_name").asText("");
  }

  /**
   * Rewrites a layer in place.
   *
   * @throws StrataException (data) that names a layer which would compute something else
   */
  void translate(ObjectNode layer) {
    String kind = kind(layer);
    if (MODELS.contains(kind)) {
      throw refused("nested models cannot be imported", layer, "layers of a single model");
    }
    if (layer.path("inbound_nodes").size() > 1) {
      throw refused("layers used more than once cannot be imported", layer, "layers used once");
    }
    if (layer.path("config") instanceof ObjectNode config) {
      if (COMPARED.contains(kind) || COMPARED_IN_PART.contains(kind)) {
        settings.check(layer);
      }
      KerasNumbers.cast(config);
      KerasNumbers.complete(config);
      nameActivation(layer, config);
      constraints.take(layer);
      plainTypes(config);
      String interpolation = config.path("interpolation").asText("nearest");
      if (config.path("groups").asInt(1) != 1 || !interpolation.equals("nearest")) {
        throw refused(
            "DL4J computes this layer differently from Keras",
            layer,
            "groups = 1 and interpolation = nearest");
      }
      translate(layer, kind, config);
    }
  }

  /** An activation that is an object takes its place once DL4J has made the layer. */
  private void nameActivation(ObjectNode layer, ObjectNode config) {
    JsonNode activation = config.path("activation");
    if (activation.isNull()) {
      config.put("activation", "linear");
    } else if (activation.isObject()) {
      IActivation own =
          KerasActivation.of(activation)
              .orElseThrow(
                  () ->
                      StrataException.data("an activation of the Keras model cannot be imported")
                          .file(file)
                          .found(words(layer) + ", activation " + KerasActivation.words(activation))
                          .expected(KerasActivation.known())
                          .build());
      activations.put(name(layer), own);
      config.put("activation", "linear");
    }
  }

  private void translate(ObjectNode layer, String kind, ObjectNode config) {
    String activation = config.path("activation").asText("");
    if (activation.equals("silu")) {
      config.put("activation", "swish");
    }
    if (third && (kind + activation).contains("hard_sigmoid")) {
      throw refused(
          "the hard sigmoid of Keras 3 differs from DL4J's",
          layer,
          "another activation, such as sigmoid");
    }
    if (kind.equals("LeakyReLU") && config.has("negative_slope")) {
      config.set("alpha", config.remove("negative_slope"));
    }
    if (kind.equals("BatchNormalization")) {
      // The arrays that it lacks are given: a scale of ones, a shift of zeros.
      config.put("center", true).put("scale", true);
    }
  }

  /** Keras 3 writes types as policies and shapes of inputs under another name. */
  private static void plainTypes(ObjectNode config) {
    config.put("dtype", "float32");
    if (config.has("batch_shape")) {
      config.set("batch_input_shape", config.remove("batch_shape"));
    }
    // Wrappers hold a layer of their own.
    for (JsonNode inner : config) {
      if (inner.path("config") instanceof ObjectNode own && own.has("dtype")) {
        plainTypes(own);
      }
    }
  }

  /**
   * Has DL4J make each layer by itself: its own importer tells of a layer that fails in words only.
   *
   * @throws StrataException (data) that names the first layer that it cannot make
   */
  void check(List<ObjectNode> layers) {
    Map<String, KerasLayer> made = new HashMap<>();
    for (ObjectNode layer : layers) {
      String kind = kind(layer);
      if (!COMPARED.contains(kind) && !COMPARED_IN_PART.contains(kind)) {
        throw unsupported(layer, null);
      }
      Map<String, Object> map = new HashMap<>(Json.mapper().convertValue(layer, Map.class));
      map.put("keras_version", 2);
      map.put("backend", "tensorflow");
      try {
        made.put(
            name(layer),
            KerasLayerUtils.getKerasLayerFromConfig(
                map, false, new Keras2LayerConfiguration(), Map.of(), Map.of(), made));
      } catch (RuntimeException
          | InvalidKerasConfigurationException
          | UnsupportedKerasConfigurationException e) {
        throw unsupported(layer, e);
      }
      boolean usual = !layer.path("config").path("data_format").asText("").equals("channels_first");
      if (!referenced && !(usual && COMPARED.contains(kind))) {
        throw refused(
            usual
                ? "this layer is imported only with reference outputs"
                : "channels-first images are imported only with reference outputs",
            layer,
            "import.reference.file with Keras outputs for some rows");
      }
    }
  }

  /**
   * @param layer that works along an axis of its input
   * @param rank dimensions of that input, rows included
   * @throws StrataException (data) where the axis is not the last, as DL4J takes it for
   */
  void requireLastAxis(ObjectNode layer, int rank) {
    JsonNode axis = layer.path("config").path("axis");
    int along = axis.isArray() ? axis.path(0).asInt(-1) : axis.asInt(-1);
    if (axis.size() > 1 || along != -1 && along != rank - 1) {
      throw refused(
          "layers along an axis other than the last cannot be imported", layer, "axis -1");
    }
  }

  /** Gives DL4J's reason if it concerns a layer that could be imported. */
  private StrataException unsupported(ObjectNode layer, Exception cause) {
    String activation = layer.path("config").path("activation").asText("");
    boolean byActivation =
        cause != null
            && !activation.isEmpty()
            && String.valueOf(cause.getMessage()).contains(activation);
    String reason =
        cause == null || byActivation
            ? ""
            : ": " + String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return StrataException.data("a layer of the Keras model cannot be imported")
        .file(file)
        .found(words(layer) + (byActivation ? " with activation " + activation : "") + reason)
        .expected(
            SCALING.contains(kind(layer))
                ? "a model saved without this layer; use data.scaling or import.preprocessing"
                    + " instead"
                : byActivation
                    ? "relu, relu6, elu, selu, swish, tanh, sigmoid, softplus, softsign or softmax"
                    : cause != null
                        ? "settings of this layer that DL4J supports"
                        : "one of " + String.join(", ", new TreeSet<>(COMPARED)))
        .cause(cause)
        .build();
  }

  private StrataException refused(String what, ObjectNode layer, String expected) {
    return StrataException.data(what).file(file).found(words(layer)).expected(expected).build();
  }

  private static String words(ObjectNode layer) {
    return "layer " + name(layer) + " of type " + kind(layer);
  }
}
