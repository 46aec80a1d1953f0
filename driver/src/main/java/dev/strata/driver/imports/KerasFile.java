package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What {@code model.save("….h5")} of Keras 2 and 3 writes: the attributes {@code model_config} and
 * {@code training_config} (JSON), {@code keras_version}, and below the group {@code model_weights}
 * a group a layer, in which the arrays lie some groups deep: {@code dense/dense/kernel:0} by Keras
 * 2, {@code dense/sequential/dense/kernel} by Keras 3.
 */
final class KerasFile implements Closeable {
  private static final String WEIGHTS = "model_weights";

  /** Groups below a layer's own; links in a circle would have no end. */
  private static final int DEPTH = 8;

  private final Hdf5File hdf5;
  private final String name;

  /**
   * @param local path on this machine's disk
   * @param name for errors
   * @throws StrataException (data) where it is no readable HDF5 file
   */
  KerasFile(Path local, String name) {
    this.name = name;
    try {
      this.hdf5 = new Hdf5File(local);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /** JSON of the model. */
  String configuration() {
    return attribute("model_config")
        .orElseThrow(
            () ->
                StrataException.data("the file has weights at most, and no model")
                    .file(name)
                    .found("no attribute model_config")
                    .expected("a file written by model.save(\"….h5\"), not by save_weights")
                    .build());
  }

  /** JSON of how the model was compiled, if it was. */
  Optional<String> training() {
    return attribute("training_config");
  }

  /**
   * First number of Keras' version.
   *
   * @throws StrataException (data) where it is 1, or none
   */
  int version() {
    String text = attribute("keras_version").orElse("none");
    int version = text.isEmpty() ? -1 : Character.digit(text.charAt(0), 10);
    if (version < 2) {
      throw StrataException.data("the file was written by another version of Keras")
          .file(name)
          .found("keras_version " + text)
          .expected("2 or 3: load it with Keras 2 and save it again")
          .build();
    }
    return version;
  }

  private Optional<String> attribute(String attribute) {
    try {
      return hdf5.attribute(attribute);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /** Layers that have a group below the weights. */
  List<String> layers() {
    try {
      return hdf5.groups(WEIGHTS);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /**
   * A layer's arrays by what Keras calls them: {@code kernel}, {@code bias}, {@code gamma} …; those
   * of the two directions of a bidirectional layer with {@code forward_} and {@code backward_}
   * before.
   */
  Map<String, INDArray> weights(String layer) {
    Map<String, INDArray> found = new TreeMap<>();
    try {
      collect(WEIGHTS + "/" + layer, "", 0, found);
    } catch (IOException e) {
      throw damaged(e);
    }
    return found;
  }

  private void collect(String group, String inner, int depth, Map<String, INDArray> found)
      throws IOException {
    if (depth > DEPTH) {
      throw new IOException("groups deeper than " + DEPTH + " in " + WEIGHTS);
    }
    for (String array : hdf5.arrays(group)) {
      // TensorFlow numbers its arrays.
      String parameter = direction(inner) + array.replaceFirst(":\\d+$", "");
      if (found.put(parameter, read(group + "/" + array)) != null) {
        throw new IOException("two arrays " + parameter + " in " + group);
      }
    }
    for (String deeper : hdf5.groups(group)) {
      collect(group + "/" + deeper, inner + "/" + deeper, depth + 1, found);
    }
  }

  private INDArray read(String path) throws IOException {
    Hdf5File.Values array = hdf5.read(path);
    INDArray values = Nd4j.createFromArray(array.values());
    return array.shape().length < 2 ? values : values.reshape('c', array.shape());
  }

  private static String direction(String groups) {
    if (groups.contains("/forward_")) {
      return "forward_";
    }
    return groups.contains("/backward_") ? "backward_" : "";
  }

  private StrataException damaged(IOException cause) {
    return StrataException.data("not a readable Keras model")
        .file(name)
        .found(cause.getMessage())
        .expected("an HDF5 file written by model.save(\"….h5\")")
        .cause(cause)
        .build();
  }

  @Override
  public void close() {
    hdf5.close();
  }
}
