package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Settings of Keras layers that are known not to change a layer's outputs, or to be read by the
 * import. A layer with any other, such as {@code lora_rank} or a quantised type, is refused by the
 * setting's name.
 */
final class KerasSettings {
  private static final Set<String> COMMON =
      Set.of(
          "name",
          "trainable",
          "dtype",
          "batch_input_shape",
          "batch_shape",
          "batch_size",
          "input_shape",
          "input_dtype",
          "sparse",
          "ragged",
          "seed",
          "data_format",
          "rank");

  private static final String CONVOLUTION =
      "filters kernel_size strides padding dilation_rate groups activation use_bias";
  private static final String POOLING = "pool_size strides padding";
  private static final String RECURRENT =
      "units activation recurrent_activation use_bias unit_forget_bias dropout recurrent_dropout"
          + " implementation return_sequences return_state go_backwards stateful unroll time_major"
          + " zero_output_for_mask use_cudnn";

  /** Layer → its own settings. */
  private static final Map<String, Set<String>> OWN = new HashMap<>();

  static {
    own("units activation use_bias input_dim", "Dense");
    own("activation", "Activation");
    own("max_value negative_slope threshold", "ReLU");
    own("alpha negative_slope", "LeakyReLU", "ELU");
    own("axis", "Softmax", "Concatenate");
    own("rate noise_shape", "Dropout", "GaussianDropout", "AlphaDropout", "SpatialDropout2D");
    own("stddev", "GaussianNoise");
    own(
        "axis momentum epsilon center scale synchronized renorm_momentum fused",
        "BatchNormalization");
    own("target_shape", "Reshape");
    own("n", "RepeatVector");
    // Conv2DTranspose without output_padding, which DL4J's importer ignores.
    own(CONVOLUTION, "Conv2D", "Conv1D", "Conv2DTranspose");
    own(CONVOLUTION + " depth_multiplier", "SeparableConv2D");
    own(POOLING, "MaxPooling2D", "AveragePooling2D");
    own("padding", "ZeroPadding2D");
    own("cropping", "Cropping2D");
    own("size interpolation", "UpSampling2D");
    own(RECURRENT, "LSTM", "SimpleRNN");
    own("layer merge_mode backward_layer", "Bidirectional");
  }

  /** Weights of these types are read; what is computed with them here is float32. */
  private static final List<String> TYPES =
      List.of("float32", "float16", "float64", "bfloat16", "mixed_float16", "mixed_bfloat16");

  private static final Set<String> POLICIES =
      Set.of("DTypePolicy", "FloatDTypePolicy", "Policy", "PolicyV1");

  private final String file;

  KerasSettings(String file) {
    this.file = file;
  }

  private static void own(String settings, String... kinds) {
    for (String kind : kinds) {
      OWN.put(kind, Set.copyOf(Arrays.asList(settings.split("\\s+"))));
    }
  }

  /**
   * @throws StrataException (data) that names the layer and what it has
   */
  void check(JsonNode layer) {
    String kind = KerasLayers.kind(layer);
    String module = layer.path("module").asText("keras");
    String registered = layer.path("registered_name").asText("");
    boolean own =
        !module.startsWith("keras")
            && !module.startsWith("tensorflow")
            && !module.startsWith("tf_keras");
    if (own || registered.contains(">")) {
      throw refused(
          "custom layer classes cannot be imported",
          layer,
          "class " + (registered.isEmpty() ? module + "." + kind : registered),
          "layers of Keras");
    }
    checkSettings(layer, OWN.getOrDefault(kind, Set.of()));
    checkType(layer);
    JsonNode inner = layer.path("config").path("layer");
    if (inner.isObject()) {
      check(inner);
    }
  }

  private void checkSettings(JsonNode layer, Set<String> own) {
    Iterator<Map.Entry<String, JsonNode>> settings = layer.path("config").fields();
    while (settings.hasNext()) {
      Map.Entry<String, JsonNode> setting = settings.next();
      String name = setting.getKey();
      JsonNode value = setting.getValue();
      boolean off = value.isNull() || value.isBoolean() && !value.asBoolean();
      boolean training =
          name.endsWith("_initializer")
              || name.endsWith("_regularizer")
              || name.endsWith("_constraint");
      if (!off && !training && !COMMON.contains(name) && !own.contains(name)) {
        throw refused(
            "a layer has a setting that the import does not support",
            layer,
            name + " = " + value,
            "a layer without this setting"
                + (name.startsWith("lora") || name.startsWith("quantization")
                    ? "; merge the LoRA arrays into the kernel and save before quantizing"
                    : ""));
      }
    }
  }

  /** Keras 2 writes a name, Keras 3 an object with one. */
  private void checkType(JsonNode layer) {
    JsonNode type = layer.path("config").path("dtype");
    if (type.isMissingNode() || type.isNull() || KerasLayers.kind(layer).equals("InputLayer")) {
      return;
    }
    boolean policy = type.isTextual() || POLICIES.contains(KerasLayers.kind(type));
    String name = type.isTextual() ? type.asText() : type.path("config").path("name").asText();
    if (!policy || !TYPES.contains(name)) {
      throw refused(
          "a layer has an unsupported data type",
          layer,
          "dtype " + (type.isTextual() ? name : KerasLayers.kind(type) + " " + type.path("config")),
          "one of " + String.join(", ", TYPES) + "; save the model before quantizing it");
    }
  }

  private StrataException refused(String what, JsonNode layer, String found, String expected) {
    return StrataException.data(what)
        .file(file)
        .found(
            "layer "
                + KerasLayers.name(layer)
                + " of type "
                + KerasLayers.kind(layer)
                + ": "
                + found)
        .expected(expected)
        .build();
  }
}
