package dev.strata.driver.imports;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.executor.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.modelimport.keras.config.Keras2LayerConfiguration;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasInitilizationUtils;

/**
 * Brings each number of a layer's settings into the one type that DL4J's importer casts it to:
 * Keras writes {@code 3} and {@code 3.0} as the user gave them, R writes {@code 64.0} for units.
 */
final class KerasNumbers {
  /** Settings that count or index; all others are real numbers. */
  private static final Set<String> WHOLE =
      Set.of(
          "units",
          "filters",
          "kernel_size",
          "strides",
          "pool_size",
          "pool_length",
          "size",
          "padding",
          "cropping",
          "output_padding",
          "dilation_rate",
          "groups",
          "depth_multiplier",
          "rank",
          "n",
          "axis",
          "axes",
          "target_shape",
          "batch_input_shape",
          "batch_shape",
          "build_input_shape",
          "input_shape",
          "batch_size",
          "input_dim",
          "output_dim",
          "input_length",
          "seed",
          "noise_shape",
          "implementation",
          "dims",
          "shape");

  private static final Set<String> ZERO_IF_NULL = Set.of("negative_slope", "threshold");
  private static final Set<String> PENALTIES = Set.of("l1", "l2");

  private KerasNumbers() {}

  /** Rewrites a layer's settings, those of its inner objects too. */
  static void cast(ObjectNode config) {
    List<String> names = new ArrayList<>();
    config.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      config.set(name, cast(config.get(name), WHOLE.contains(name)));
    }
  }

  /**
   * Gives what is absent or unknown its usual value, where outputs do not depend on it or Keras
   * means the same: slopes and thresholds that are null, initial values of arrays that are read
   * from the file, and penalties of none.
   */
  static void complete(ObjectNode config) {
    List<String> names = new ArrayList<>();
    config.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      JsonNode value = config.get(name);
      if (value.isNull() && ZERO_IF_NULL.contains(name)) {
        config.put(name, 0.0);
      } else if (name.endsWith("_initializer") && !isKnown(value)) {
        config.putObject(name).put("class_name", "GlorotUniform").putObject("config");
      } else if (name.endsWith("_regularizer") && !value.isObject()) {
        config.putNull(name);
      } else if (name.endsWith("_regularizer") && value.path("config") instanceof ObjectNode own) {
        PENALTIES.stream().filter(p -> own.path(p).isNull()).forEach(p -> own.put(p, 0.0));
      } else if (name.equals("layer") && value.path("config") instanceof ObjectNode own) {
        complete(own);
      }
    }
  }

  /** DL4J fails on one that lacks a number, and takes Xavier's for one that it does not know. */
  private static boolean isKnown(JsonNode initializer) {
    if (!(initializer.path("config") instanceof ObjectNode config)) {
      return false;
    }
    try {
      Map<String, Object> settings =
          Json.mapper().convertValue(config, new TypeReference<Map<String, Object>>() {});
      KerasInitilizationUtils.mapWeightInitialization(
          KerasLayers.kind(initializer), new Keras2LayerConfiguration(), settings, 2);
      return true;
    } catch (RuntimeException
        | InvalidKerasConfigurationException
        | UnsupportedKerasConfigurationException e) {
      return false;
    }
  }

  private static JsonNode cast(JsonNode value, boolean whole) {
    if (value instanceof ObjectNode object) {
      cast(object);
    } else if (value instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, cast(array.get(i), whole));
      }
    } else if (value.isNumber() && !whole) {
      return DoubleNode.valueOf(value.asDouble());
    } else if (value.isFloatingPointNumber()
        && value.asDouble() == Math.rint(value.asDouble())
        && value.canConvertToInt()) {
      return IntNode.valueOf(value.asInt());
    }
    return value;
  }
}
