package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;

/**
 * Constraints of dense and 2-D convolutional layers, along the dimensions that Keras means: DL4J's
 * importer takes one axis only, and that of a kernel for the next one. They hold when the model is
 * trained further.
 */
final class KerasConstraints {
  private static final Set<String> KINDS = Set.of("Dense", "Conv2D");

  /**
   * Keras has filters as height, width, inputs, outputs; DL4J as outputs, inputs, height, width.
   */
  private static final int[] FILTERS = {2, 3, 1, 0};

  private final String file;
  private final Map<String, List<LayerConstraint>> constraints = new HashMap<>();

  KerasConstraints(String file) {
    this.file = file;
  }

  /**
   * Takes the constraints out of a layer's settings.
   *
   * @throws StrataException (data) that names the layer and one that DL4J has not
   */
  void take(ObjectNode layer) {
    String kind = KerasLayers.kind(layer);
    if (!KINDS.contains(kind) || !(layer.path("config") instanceof ObjectNode config)) {
      return;
    }
    List<LayerConstraint> own = new ArrayList<>();
    for (boolean bias : new boolean[] {false, true}) {
      String key = bias ? "bias_constraint" : "kernel_constraint";
      JsonNode found = config.path(key);
      if (found.isNull() || found.isMissingNode()) {
        continue;
      }
      LayerConstraint constraint = constraint(found, kind, bias);
      if (constraint == null) {
        throw StrataException.data("a constraint of the Keras model cannot be imported")
            .file(file)
            .found(
                "layer "
                    + KerasLayers.name(layer)
                    + " of type "
                    + kind
                    + ": "
                    + key
                    + " = "
                    + found)
            .expected("MaxNorm, MinMaxNorm, UnitNorm or NonNeg")
            .build();
      }
      constraint.setParams(
          Set.of(bias ? DefaultParamInitializer.BIAS_KEY : DefaultParamInitializer.WEIGHT_KEY));
      own.add(constraint);
      config.putNull(key);
    }
    if (!own.isEmpty()) {
      constraints.put(KerasLayers.name(layer), own);
    }
  }

  /** Gives the layers their constraints. */
  void put(Map<String, KerasLayer> layers) {
    constraints.forEach((name, own) -> layers.get(name).getLayer().setConstraints(own));
  }

  private static LayerConstraint constraint(JsonNode found, String kind, boolean bias) {
    JsonNode config = found.path("config");
    int[] along = along(config.path("axis"), kind, bias);
    return along == null
        ? null
        : switch (KerasLayers.kind(found)) {
          case "MaxNorm" -> new MaxNormConstraint(config.path("max_value").asDouble(2), along);
          case "UnitNorm" -> new UnitNormConstraint(along);
          case "NonNeg" -> new NonNegativeConstraint();
          case "MinMaxNorm" ->
              new MinMaxNormConstraint(
                  config.path("min_value").asDouble(0),
                  config.path("max_value").asDouble(1),
                  config.path("rate").asDouble(1),
                  along);
          default -> null;
        };
  }

  /** DL4J's dimensions; null where the layer has none of that number. A bias is a row in DL4J. */
  private static int[] along(JsonNode axis, String kind, boolean bias) {
    List<Integer> axes = new ArrayList<>();
    if (axis.isArray()) {
      axis.forEach(one -> axes.add(one.asInt()));
    } else {
      axes.add(axis.asInt(0));
    }
    int rank = bias ? 1 : kind.equals("Dense") ? 2 : FILTERS.length;
    if (axes.isEmpty() || axes.stream().anyMatch(one -> one < -rank || one >= rank)) {
      return null;
    }
    return axes.stream()
        .map(one -> one < 0 ? one + rank : one)
        .mapToInt(one -> bias ? 1 : rank == 2 ? one : FILTERS[one])
        .toArray();
  }
}
