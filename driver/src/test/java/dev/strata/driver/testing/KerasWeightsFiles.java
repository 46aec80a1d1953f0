package dev.strata.driver.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.driver.testing.KerasModelFile.Storage;
import dev.strata.driver.testing.KerasModelFile.Weights;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A {@link KerasModelFile} in the layouts of {@code .keras} files and of weights alone.
 *
 * <p>A {@code .keras} file is a zip of three stored entries: {@code metadata.json} ({@code
 * {"keras_version", "date_saved"}}), {@code config.json} (the model's class and settings as in
 * {@code model_config}, and {@code compile_config}) and {@code model.weights.h5}. The last is HDF5:
 * a group {@code layers}, in it a group a layer, called by the layer's class in snake case and,
 * from the second of that class on, its number; in it {@code vars} with the variables {@code 0},
 * {@code 1} … in the order in which the layer made them, trained ones first; a group {@code
 * optimizer/vars}, whose first variable counts the steps.
 */
public final class KerasWeightsFiles {
  private static final Map<String, String> SNAKE =
      Map.ofEntries(
          Map.entry("Dense", "dense"),
          Map.entry("BatchNormalization", "batch_normalization"),
          Map.entry("Conv2D", "conv2d"),
          Map.entry("Conv2DTranspose", "conv2d_transpose"),
          Map.entry("SeparableConv2D", "separable_conv2d"),
          Map.entry("LSTM", "lstm"),
          Map.entry("SimpleRNN", "simple_rnn"),
          Map.entry("Bidirectional", "bidirectional"));

  private final KerasModelFile model;
  private final JsonNode configuration;
  private String outer = "layers";
  private int step = 1;
  private String compiled;

  public KerasWeightsFiles(KerasModelFile model) {
    this.model = model;
    try {
      this.configuration = new ObjectMapper().readTree(model.attribute("model_config"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes groups as Keras 2 does, which counts each layer with weights twice. */
  public KerasWeightsFiles ofKeras2() {
    outer = "_layer_checkpoint_dependencies";
    step = 2;
    return this;
  }

  /** Says how the model was compiled: JSON. */
  public KerasWeightsFiles compiled(String json) {
    compiled = json;
    return this;
  }

  /** {@code layers/GROUP/…/vars/INDEX} → array; names such as cell/kernel are within a group. */
  public Map<String, Weights> variables() {
    Map<String, Weights> variables = new LinkedHashMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (JsonNode layer : configuration.path("config").path("layers")) {
      Map<String, Weights> arrays =
          model.layers().getOrDefault(layer.path("config").path("name").asText(), Map.of());
      if (arrays.isEmpty()) {
        continue;
      }
      String kind = SNAKE.get(layer.path("class_name").asText());
      int number = counts.merge(kind, step, Integer::sum) - step;
      String group = outer + "/" + kind + (number == 0 ? "" : "_" + number);
      Map<String, Integer> places = new TreeMap<>();
      arrays.forEach(
          (name, array) -> {
            String place = name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : "";
            int index = places.merge(place, 1, Integer::sum) - 1;
            String inner = place.isEmpty() ? "" : "/" + place;
            variables.put(group + inner + "/vars/" + index, array);
          });
    }
    return variables;
  }

  /** Writes a {@code .keras} file. */
  public Path writeKeras(Path file) {
    Path hdf5 = file.resolveSibling(file.getFileName() + ".weights.h5");
    writeWeights3(hdf5);
    try {
      ObjectNode whole = configuration.deepCopy();
      if (compiled != null) {
        whole.set("compile_config", new ObjectMapper().readTree(compiled));
      }
      String metadata =
          "{\"keras_version\": \"" + model.versionText() + "\", \"date_saved\": \"2026-01-01\"}";
      Map<String, byte[]> entries = new LinkedHashMap<>();
      entries.put("metadata.json", metadata.getBytes(StandardCharsets.UTF_8));
      entries.put("config.json", whole.toString().getBytes(StandardCharsets.UTF_8));
      entries.put("model.weights.h5", Files.readAllBytes(hdf5));
      Files.delete(hdf5);
      return zip(file, entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A zip of stored entries, as Python's zipfile writes it. */
  public static Path zip(Path file, Map<String, byte[]> entries) {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry stored = new ZipEntry(entry.getKey());
        CRC32 checksum = new CRC32();
        checksum.update(entry.getValue());
        stored.setSize(entry.getValue().length);
        stored.setCrc(checksum.getValue());
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes what {@code save_weights} writes.
   *
   * @param version of Keras, 2 or 3
   */
  public Path write(int version, Path file) {
    return version == 2 ? writeWeights2(file) : writeWeights3(file);
  }

  /** Writes what {@code save_weights("….weights.h5")} of Keras 3 writes. */
  private Path writeWeights3(Path file) {
    try (Hdf5Writer hdf5 = new Hdf5Writer(file, false)) {
      variables().forEach((path, array) -> hdf5.array(path, array, model.storage("", "")));
      hdf5.array("optimizer/vars/0", new Weights(new long[] {1}, new float[] {7}), Storage.INT8);
      hdf5.array(
          outer + "/dropout/seed_generator/vars/0",
          new Weights(new long[] {2}, new float[] {1, 2}),
          Storage.INT8);
      hdf5.group(outer + "/input_layer/vars");
    }
    return file;
  }

  /**
   * Writes what {@code save_weights("….h5")} of Keras 2 writes: the attributes {@code layer_names},
   * {@code backend} and {@code keras_version}, and a group a layer with the attribute {@code
   * weight_names}, the paths of its arrays below that group.
   */
  private Path writeWeights2(Path file) {
    List<String> names = new ArrayList<>();
    configuration
        .path("config")
        .path("layers")
        .forEach(layer -> names.add(layer.path("config").path("name").asText()));
    try (Hdf5Writer hdf5 = new Hdf5Writer(file, false)) {
      hdf5.text("backend", "tensorflow", true);
      hdf5.text("keras_version", "2.15.0", true);
      hdf5.texts("", "layer_names", names);
      for (String name : names) {
        List<String> paths = new ArrayList<>();
        model
            .layers()
            .getOrDefault(name, Map.of())
            .forEach(
                (parameter, array) -> {
                  String path = name + "/" + parameter + ":0";
                  paths.add(path);
                  hdf5.array(name + "/" + path, array, model.storage(name, parameter));
                });
        if (!paths.isEmpty()) {
          hdf5.texts(name, "weight_names", paths);
        } else {
          hdf5.group(name);
        }
      }
    }
    return file;
  }
}
