package dev.strata.driver.testing;

import static org.bytedeco.hdf5.global.hdf5.*;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

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

  /** Writes the file. */
  public Path write(Path file) {
    long access = check(H5Pcreate(H5P_CLS_FILE_ACCESS_ID_g()));
    if (newest) {
      check(H5Pset_libver_bounds(access, H5F_LIBVER_V112, H5F_LIBVER_V112));
    }
    long opened = check(H5Fcreate(file.toString(), H5F_ACC_TRUNC, H5P_DEFAULT, access));
    attributes.forEach((name, text) -> attribute(opened, name, text, fixedText));
    long weights = group(opened, "model_weights");
    layers.forEach((layer, arrays) -> arrays(weights, layer, arrays));
    // Newer versions write one more group, for weights of the model itself.
    H5Gclose(group(weights, "top_level_model_weights"));
    H5Gclose(weights);
    H5Fclose(opened);
    H5Pclose(access);
    return file;
  }

  private void arrays(long weights, String layer, Map<String, Weights> arrays) {
    List<Long> groups = new ArrayList<>(List.of(group(weights, layer)));
    if (version == Version.THIRD) {
      groups.add(group(groups.get(0), model));
    }
    groups.add(group(groups.get(groups.size() - 1), layer));
    long inner = groups.get(groups.size() - 1);
    String suffix = version == Version.SECOND ? ":0" : "";
    arrays.forEach(
        (parameter, array) ->
            array(
                inner,
                parameter + suffix,
                array,
                own.getOrDefault(layer + "/" + parameter, storage)));
    groups.forEach(group -> H5Gclose(group));
  }

  private static void array(long group, String name, Weights weights, Storage storage) {
    long space = check(H5Screate_simple(weights.shape().length, weights.shape(), null));
    long type = type(storage);
    long places = H5P_DEFAULT;
    if (storage == Storage.PACKED) {
      places = check(H5Pcreate(H5P_CLS_DATASET_CREATE_ID_g()));
      long[] chunk = new long[weights.shape().length];
      Arrays.fill(chunk, 2);
      check(H5Pset_chunk(places, chunk.length, chunk));
      check(H5Pset_shuffle(places));
      check(H5Pset_deflate(places, 6));
      check(H5Pset_fletcher32(places));
    }
    long array = check(H5Dcreate2(group, name, type, space, H5P_DEFAULT, places, H5P_DEFAULT));
    try (FloatPointer values = new FloatPointer(weights.values())) {
      check(H5Dwrite(array, H5T_NATIVE_FLOAT_g(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
    }
    H5Dclose(array);
    H5Tclose(type);
    H5Sclose(space);
  }

  private static long type(Storage storage) {
    long type =
        check(
            H5Tcopy(
                switch (storage) {
                  case FLOAT64 -> H5T_IEEE_F64LE_g();
                  case INT8 -> H5T_STD_I8LE_g();
                  case BIG_ENDIAN -> H5T_IEEE_F32BE_g();
                  default -> H5T_IEEE_F32LE_g();
                }));
    if (storage == Storage.FLOAT16) {
      // As h5py makes it of NumPy's float16.
      check(H5Tset_fields(type, 15, 10, 5, 0, 10));
      check(H5Tset_size(type, 2));
      check(H5Tset_ebias(type, 15));
    }
    return type;
  }

  private static long group(long in, String name) {
    return check(H5Gcreate2(in, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  }

  private static void attribute(long file, String name, String text, boolean fixed) {
    long type = check(H5Tcopy(H5T_C_S1_g()));
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    check(H5Tset_size(type, fixed ? content.length : -1));
    long space = check(H5Screate(H5S_SCALAR));
    long attribute = check(H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT));
    try (BytePointer bytes = new BytePointer(text, StandardCharsets.UTF_8);
        PointerPointer<BytePointer> pointer = new PointerPointer<>(1)) {
      pointer.put(0, bytes);
      check(H5Awrite(attribute, type, fixed ? bytes : pointer));
    }
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
  }

  private static long check(long result) {
    if (result < 0) {
      throw new IllegalStateException("the HDF5 library refused to write");
    }
    return result;
  }
}
