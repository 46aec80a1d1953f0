package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Names of the arrays that a Keras layer has by its settings, in the order in which Keras numbers
 * them: those that training changes first.
 */
final class KerasArrays {
  static final String BIDIRECTIONAL = "Bidirectional";

  private static final String NORMALISATION = "BatchNormalization";
  private static final Set<String> PLAIN = Set.of("Dense", "Conv1D", "Conv2D", "Conv2DTranspose");
  private static final Set<String> RECURRENT = Set.of("LSTM", "SimpleRNN");

  private KerasArrays() {}

  /** Whether the layer's arrays are those of a cell within it. */
  static boolean isRecurrent(JsonNode layer) {
    return RECURRENT.contains(KerasLayers.kind(layer));
  }

  /** Of a bidirectional layer with {@code forward_} and {@code backward_} before. */
  static List<String> of(JsonNode layer) {
    String kind = KerasLayers.kind(layer);
    JsonNode config = layer.path("config");
    List<String> arrays = new ArrayList<>();
    if (PLAIN.contains(kind) || RECURRENT.contains(kind)) {
      arrays.add("kernel");
    }
    if (RECURRENT.contains(kind)) {
      arrays.add("recurrent_kernel");
    }
    if (kind.equals("SeparableConv2D")) {
      arrays.addAll(List.of("depthwise_kernel", "pointwise_kernel"));
    }
    if (!arrays.isEmpty()) {
      addIf(config, "use_bias", "bias", arrays);
    }
    if (kind.equals(NORMALISATION)) {
      addIf(config, "scale", "gamma", arrays);
      addIf(config, "center", "beta", arrays);
      arrays.addAll(List.of("moving_mean", "moving_variance"));
    }
    if (kind.equals(BIDIRECTIONAL)) {
      List<String> inner = of(config.path("layer"));
      inner.forEach(array -> arrays.add("forward_" + array));
      inner.forEach(array -> arrays.add("backward_" + array));
    }
    return arrays;
  }

  private static void addIf(JsonNode config, String key, String array, List<String> arrays) {
    if (config.path(key).asBoolean(true)) {
      arrays.add(array);
    }
  }
}
