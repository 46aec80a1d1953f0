package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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

  private KerasNumbers() {}

  /** Rewrites a layer's settings, those of its inner objects too. */
  static void cast(ObjectNode config) {
    List<String> names = new ArrayList<>();
    config.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      config.set(name, cast(config.get(name), WHOLE.contains(name)));
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
