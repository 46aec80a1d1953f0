package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The arrays of a Keras model by layer and by what Keras calls them: {@code kernel}, {@code bias},
 * {@code gamma} …; those of the two directions of a bidirectional layer with {@code forward_} and
 * {@code backward_} before. Each array of the file is used exactly once: one that the import does
 * not use, such as those of quantisation or LoRA, is refused by its name.
 */
final class KerasWeights {
  /** State of random generators, of layers such as dropout: outputs do not depend on it. */
  private static final String RANDOM = "seed_generator_state";

  private final KerasFile keras;
  private final String file;
  private final Map<String, JsonNode> layers = new LinkedHashMap<>();
  private final Map<String, Map<String, INDArray>> weights = new TreeMap<>();

  /**
   * @param layers of the model, as Keras wrote them
   * @param file named in errors
   * @throws StrataException (data) where an array is missing, or is none of its layer's
   */
  KerasWeights(KerasFile keras, List<? extends JsonNode> layers, String file) {
    this.keras = keras;
    this.file = file;
    layers.forEach(layer -> this.layers.put(KerasLayers.name(layer), layer));
    keras
        .arrays(layers)
        .forEach(
            (name, path) -> {
              if (!name.contains(RANDOM)) {
                take(name, path);
              }
            });
    this.layers.forEach(this::requireAll);
  }

  /** Layer → array's name → array; of layers that have none, nothing. */
  Map<String, Map<String, INDArray>> byLayer() {
    return weights;
  }

  /**
   * @param name LAYER/…/ARRAY
   */
  private void take(String name, String path) {
    String owner = owner(name);
    JsonNode layer = layers.get(owner);
    String array = array(name, KerasLayers.kind(layer).equals(KerasArrays.BIDIRECTIONAL));
    Hdf5File.Values described = keras.describe(path);
    String words =
        "layer "
            + owner
            + ", array "
            + array
            + " of type "
            + described.type()
            + " and shape "
            + Arrays.toString(described.shape());
    if (!KerasArrays.of(layer).contains(array)) {
      throw StrataException.data("a layer has an array that the import does not use")
          .file(file)
          .found(words)
          .expected(
              "a layer of type "
                  + KerasLayers.kind(layer)
                  + " with "
                  + (KerasArrays.of(layer).isEmpty()
                      ? "no arrays"
                      : String.join(", ", KerasArrays.of(layer)))
                  + "; save the model before quantizing it, with LoRA arrays merged into the"
                  + " kernel")
          .build();
    }
    if (!described.floating()) {
      throw StrataException.data("an array of weights has an unsupported type")
          .file(file)
          .found(words)
          .expected("float16, bfloat16, float32 or float64; save the model before quantizing it")
          .build();
    }
    requireShape(layer, array, described.shape(), owner);
    Hdf5File.Values read = keras.read(path);
    INDArray values = Nd4j.createFromArray(read.values());
    INDArray shaped = read.shape().length < 2 ? values : values.reshape('c', read.shape());
    if (weights.computeIfAbsent(owner, any -> new TreeMap<>()).put(array, shaped) != null) {
      throw bad(owner, "with two arrays called " + array);
    }
  }

  /** Layers may have slashes in their names: the longest that fits. */
  private String owner(String path) {
    String owner = null;
    for (String layer : layers.keySet()) {
      if (path.startsWith(layer + "/") && (owner == null || layer.length() > owner.length())) {
        owner = layer;
      }
    }
    if (owner == null) {
      int slash = path.indexOf('/');
      throw bad(
          slash < 0 ? path : path.substring(0, slash),
          "with array " + path + ", which belongs to no layer of the model");
    }
    return owner;
  }

  private static String array(String path, boolean bidirectional) {
    String[] groups = path.split("/");
    // TensorFlow numbers its arrays.
    String array = groups[groups.length - 1].replaceFirst(":\\d+$", "");
    for (int i = groups.length - 2; bidirectional && i >= 0; i--) {
      if (groups[i].startsWith("forward_")) {
        return "forward_" + array;
      }
      if (groups[i].startsWith("backward_")) {
        return "backward_" + array;
      }
    }
    return array;
  }

  private void requireAll(String name, JsonNode layer) {
    Set<String> found = weights.getOrDefault(name, Map.of()).keySet();
    Set<String> missing = new TreeSet<>(KerasArrays.of(layer));
    missing.removeAll(found);
    if (!missing.isEmpty()) {
      throw bad(
          name,
          found.isEmpty() ? "without arrays" : "without its array " + String.join(", ", missing));
    }
  }

  /** Against the layer's settings; inputs are compared once DL4J knows them. */
  private void requireShape(JsonNode layer, String array, long[] shape, String name) {
    JsonNode config = layer.path("config");
    List<Long> wanted = new ArrayList<>();
    switch (KerasLayers.kind(layer) + " " + array) {
      case "Dense kernel" -> wanted.addAll(List.of(-1L, config.path("units").asLong()));
      case "Conv2D kernel" -> {
        wanted.addAll(sizes(config));
        wanted.addAll(List.of(-1L, config.path("filters").asLong()));
      }
      case "Conv2DTranspose kernel" -> {
        wanted.addAll(sizes(config));
        wanted.addAll(List.of(config.path("filters").asLong(), -1L));
      }
      case "SeparableConv2D depthwise_kernel" -> {
        wanted.addAll(sizes(config));
        wanted.addAll(List.of(-1L, config.path("depth_multiplier").asLong(1)));
      }
      case "SeparableConv2D pointwise_kernel" ->
          wanted.addAll(List.of(1L, 1L, -1L, config.path("filters").asLong()));
      default -> {
        return;
      }
    }
    boolean same = shape.length == wanted.size();
    for (int i = 0; same && i < shape.length; i++) {
      same = wanted.get(i) == -1 || wanted.get(i) == shape[i];
    }
    if (!same) {
      throw bad(name, "with " + array + " of shape " + Arrays.toString(shape));
    }
  }

  private static List<Long> sizes(JsonNode config) {
    JsonNode size = config.path("kernel_size");
    return size.isArray()
        ? List.of(size.path(0).asLong(), size.path(1).asLong())
        : List.of(size.asLong(), size.asLong());
  }

  private StrataException bad(String layer, String found) {
    return StrataException.data("the weights of a layer are missing or have another shape")
        .file(file)
        .found("layer " + layer + " " + found)
        .expected("the arrays that its configuration requires")
        .build();
  }
}
