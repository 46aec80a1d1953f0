package dev.strata.driver.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes HDF5 files in the layout that {@code model.save("….h5")} of Keras documents and writes,
 * with random weights: attributes of variable-length text at the root, arrays in groups below
 * {@code model_weights}.
 */
public final class KerasModelFile {
  /** Where the two versions put a layer's arrays, and how they call their versions. */
  public enum Version {
    SECOND("2.11.0"),
    THIRD("3.5.0");

    private final String text;

    Version(String text) {
      this.text = text;
    }
  }

  /** An array of weights in C order. */
  public record Weights(long[] shape, float[] values) {}

  /** How arrays are stored. */
  public enum Storage {
    FLOAT32,
    FLOAT64,
    /** Numbers that are given should be such. */
    FLOAT16,
    INT8,
    BIG_ENDIAN,
    /** In chunks of two along each dimension, shuffled and packed by gzip, with checksums. */
    PACKED
  }

  private final Version version;
  private String model;
  private Storage storage = Storage.FLOAT32;
  private boolean fixedText;
  private boolean newest;
  private final Map<String, Storage> own = new LinkedHashMap<>();
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final Map<String, Map<String, Weights>> layers = new LinkedHashMap<>();
  private final Random random = new Random(11);

  private KerasModelFile(Version version, String model) {
    this.version = version;
    this.model = model;
    attributes.put("backend", "tensorflow");
    attributes.put("keras_version", version.text);
  }

  /** A sequential model of layers as {@link #layer} gives them, rows of that shape. */
  public static KerasModelFile sequential(Version version, String shape, String... layers) {
    String input =
        version == Version.SECOND
            ? layer("InputLayer", "input_1", "\"batch_input_shape\": [null, " + shape + "]")
            : layer("InputLayer", "input_1", "\"batch_shape\": [null, " + shape + "]");
    String json =
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"sequential\", \"layers\": ["
            + input
            + ", "
            + String.join(", ", layers)
            + "]}}";
    return new KerasModelFile(version, "sequential").with("model_config", json);
  }

  /** A functional model of elements as {@link #node} gives them. */
  public static KerasModelFile functional(Version version, String in, String out, String... nodes) {
    boolean second = version == Version.SECOND;
    String json =
        "{\"class_name\": \"Functional\", \"config\": {\"name\": \"model\", \"layers\": ["
            + String.join(", ", nodes)
            + "], \"input_layers\": "
            + (second ? "[[\"" + in + "\", 0, 0]]" : "[\"" + in + "\", 0, 0]")
            + ", \"output_layers\": "
            + (second ? "[[\"" + out + "\", 0, 0]]" : "[\"" + out + "\", 0, 0]")
            + "}}";
    return new KerasModelFile(version, "model").with("model_config", json);
  }

  /** {@code {class_name, config: {name, …}}}, with what Keras writes of every layer of weights. */
  public static String layer(String kind, String name, String... settings) {
    List<String> config = new ArrayList<>(List.of("\"name\": \"" + name + "\""));
    config.add("\"trainable\": true");
    for (String array : List.of("kernel", "bias", "beta", "gamma", "moving_mean")) {
      config.add("\"" + array + "_initializer\": {\"class_name\": \"Zeros\", \"config\": {}}");
      config.add("\"" + array + "_regularizer\": null");
      config.add("\"" + array + "_constraint\": null");
    }
    config.addAll(List.of(settings));
    return "{\"class_name\": \"" + kind + "\", \"config\": {" + String.join(", ", config) + "}}";
  }

  /** A dense layer of Keras' usual settings. */
  public static String dense(String name, int units, String activation) {
    return layer(
        "Dense",
        name,
        "\"units\": " + units,
        "\"activation\": \"" + activation + "\"",
        "\"use_bias\": true");
  }

  /** A layer with the names of those whose outputs it takes. */
  public static String node(Version version, String layer, String name, String... inputs) {
    List<String> tensors = new ArrayList<>();
    for (String input : inputs) {
      tensors.add(
          version == Version.SECOND
              ? "[\"" + input + "\", 0, 0, {}]"
              : "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 1],"
                  + " \"dtype\": \"float32\", \"keras_history\": [\""
                  + input
                  + "\", 0, 0]}}");
    }
    String all = String.join(", ", tensors);
    String inbound =
        inputs.length == 0
            ? "[]"
            : version == Version.SECOND
                ? "[[" + all + "]]"
                : "[{\"args\": ["
                    + (inputs.length == 1 ? all : "[" + all + "]")
                    + "], \"kwargs\": {}}]";
    return layer.substring(0, layer.length() - 1)
        + ", \"name\": \""
        + name
        + "\", \"inbound_nodes\": "
        + inbound
        + "}";
  }

  /** Adds or replaces a root attribute; null takes it away. */
  public KerasModelFile with(String attribute, String text) {
    if (text == null) {
      attributes.remove(attribute);
    } else {
      attributes.put(attribute, text);
    }
    return this;
  }

  /** Gives a layer an array of random numbers, all above 0.1 where they are a variance. */
  public Weights random(String layer, String parameter, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      float value = (float) random.nextGaussian();
      values[i] = parameter.contains("variance") ? 0.1f + Math.abs(value) : value;
    }
    Weights weights = new Weights(shape, values);
    layers.computeIfAbsent(layer, name -> new LinkedHashMap<>()).put(parameter, weights);
    return weights;
  }

  /** Stores all arrays in this way. */
  public KerasModelFile stored(Storage other) {
    storage = other;
    return this;
  }

  /** Stores one array in this way. */
  public KerasModelFile stored(String layer, String parameter, Storage other) {
    own.put(layer + "/" + parameter, other);
    return this;
  }

  /** Writes attributes as text of fixed length, as h5py does of NumPy's bytes. */
  public KerasModelFile fixedText() {
    fixedText = true;
    return this;
  }

  /** Writes the newest version of the format, as h5py does with {@code libver="latest"}. */
  public KerasModelFile newest() {
    newest = true;
    return this;
  }

  /** Calls the group that Keras 3 writes for the model itself by this name. */
  public KerasModelFile called(String name) {
    model = name;
    return this;
  }

  /** Layer → array → numbers, as {@link #random} gave them. */
  public Map<String, Map<String, Weights>> layers() {
    return layers;
  }

  String attribute(String name) {
    return attributes.get(name);
  }

  String versionText() {
    return version.text;
  }

  Storage storage(String layer, String parameter) {
    return own.getOrDefault(layer + "/" + parameter, storage);
  }

  /** Writes the file. */
  public Path write(Path file) {
    try (Hdf5Writer hdf5 = new Hdf5Writer(file, newest)) {
      attributes.forEach((name, text) -> hdf5.text(name, text, fixedText));
      hdf5.group("model_weights");
      layers.forEach(
          (layer, arrays) ->
              arrays.forEach(
                  (parameter, array) -> {
                    String inner = version == Version.THIRD ? "/" + model + "/" : "/";
                    String suffix = version == Version.SECOND ? ":0" : "";
                    hdf5.array(
                        "model_weights/" + layer + inner + layer + "/" + parameter + suffix,
                        array,
                        storage(layer, parameter));
                  }));
      // Newer versions write one more group, for weights of the model itself.
      hdf5.group("model_weights/top_level_model_weights");
    }
    return file;
  }
}
