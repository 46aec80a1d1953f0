package dev.strata.driver.imports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Models in formats that Strata does not import: what a file is, by its first bytes, its entries or
 * its name, and what to do.
 *
 * @param what the format, in words
 * @param remedy how to bring the model into a format that is imported
 */
record ForeignFile(String what, String remedy) {
  private static final String SAVE_H5 = "in Keras, save it as HDF5: model.save(\"model.h5\")";
  private static final String SAVE_NPZ =
      "save each array of its weights with numpy.savez(\"weights.npz\", …), and describe the"
          + " network in network.input and network.layers";
  private static final String SAVE_SAFETENSORS =
      "safetensors.torch.save_file(model.state_dict(), \"model.safetensors\"), and describe the"
          + " network in network.input and network.layers";
  private static final int HEAD = 64;

  private static final ForeignFile SAVED_MODEL =
      new ForeignFile("a TensorFlow SavedModel", "load it in Keras and " + SAVE_H5.substring(10));
  private static final ForeignFile PYTORCH =
      new ForeignFile(
          "a PyTorch file (a Python pickle, which Strata does not read)",
          "in PyTorch, save its weights with " + SAVE_SAFETENSORS);
  private static final ForeignFile KERAS_FOLDER =
      new ForeignFile(
          "a folder with the content of a .keras file", "the .keras file itself, not unpacked");
  private static final ForeignFile TFLITE =
      new ForeignFile(
          "a TensorFlow Lite model",
          "in Keras, save the original model as HDF5: model.save(\"model.h5\")");
  private static final ForeignFile OWN =
      new ForeignFile(
          "a model of Strata",
          "no import; use it with the key model, or publish it (models publish)");

  /**
   * @param local the file on this machine's disk
   * @param name as the user calls it
   */
  static ForeignFile of(Path local, String name) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(local)) {
      bytes = in.readNBytes(HEAD);
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    ForeignFile byBytes = byBytes(text, bytes);
    return byBytes == null ? byName(name.toLowerCase(Locale.ROOT)) : byBytes;
  }

  private static ForeignFile byBytes(String text, byte[] bytes) {
    if (bytes.length == 0) {
      return new ForeignFile("an empty file", "a file of a model");
    }
    if (text.startsWith("TFL3", 4)) {
      return TFLITE;
    }
    if (text.startsWith("GGUF")) {
      return new ForeignFile("a GGUF file", SAVE_NPZ);
    }
    if (text.startsWith("\u001f\u008b")) {
      return new ForeignFile("a gzip file", "unpack it first");
    }
    if (text.startsWith("\u00ac\u00ed")) {
      return new ForeignFile(
          "a serialized Java object, which Strata does not read",
          "in DL4J, save the network with ModelSerializer.writeModel");
    }
    // Torch's own magic number, or the begin of any pickle of protocol 2 to 5.
    if (text.startsWith("\u0080") && bytes.length > 1 && bytes[1] >= 2 && bytes[1] <= 5) {
      return text.contains("\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019")
          ? PYTORCH
          : new ForeignFile(
              "a Python pickle, which Strata does not read",
              SAVE_NPZ + "; in PyTorch, " + SAVE_SAFETENSORS);
    }
    return text.stripLeading().startsWith("{")
        ? new ForeignFile("a JSON file, without weights", "the whole model; " + SAVE_H5)
        : null;
  }

  private static ForeignFile byName(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    String suffix = file.substring(file.lastIndexOf('.') + 1);
    return switch (suffix) {
      case "onnx" ->
          new ForeignFile(
              "a file without the first bytes of ONNX", "the whole file, as it was written");
      case "tflite" -> TFLITE;
      case "pt", "pth", "ckpt" -> PYTORCH;
      case "pkl", "pickle", "joblib" ->
          new ForeignFile("a Python file of weights, which Strata does not read", SAVE_NPZ);
      case "safetensors" ->
          new ForeignFile(
              "a file without the header of safetensors", "the whole file, as it was written");
      case "pb" -> SAVED_MODEL;
      default -> new ForeignFile("unknown first bytes", "");
    };
  }

  /**
   * A zip that is neither DL4J's nor NumPy's.
   *
   * @param names of its entries
   */
  static ForeignFile zip(Set<String> names) {
    if (names.stream().anyMatch(name -> name.endsWith("data.pkl"))) {
      return PYTORCH;
    }
    if (names.stream().anyMatch(name -> name.endsWith("saved_model.pb"))) {
      return SAVED_MODEL;
    }
    if (names.contains("manifest.json") && names.contains("model.zip")) {
      return OWN;
    }
    if (names.stream().anyMatch(name -> name.endsWith("/configuration.json"))) {
      return new ForeignFile(
          "a zip with a DL4J model in a subfolder",
          "configuration.json and coefficients.bin at the top level, as ModelSerializer writes"
              + " them");
    }
    return new ForeignFile(
        names.isEmpty() ? "an empty zip" : "a zip that starts with " + names.iterator().next(), "");
  }

  /**
   * A folder.
   *
   * @param names of its files
   */
  static ForeignFile folder(Set<String> names) {
    if (names.contains("saved_model.pb") || names.contains("saved_model.pbtxt")) {
      return SAVED_MODEL;
    }
    if (names.contains("model.weights.h5")) {
      return KERAS_FOLDER;
    }
    if (names.contains("preprocessing.json") || names.contains("result.json")) {
      return OWN;
    }
    if (names.contains("model.safetensors")) {
      return new ForeignFile(
          "a folder with safetensors", "import.from = its file model.safetensors");
    }
    if (names.contains("pytorch_model.bin")) {
      return PYTORCH;
    }
    return new ForeignFile("a folder", "");
  }
}
