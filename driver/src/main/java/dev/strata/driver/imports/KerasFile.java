package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What {@code model.save("….h5")} of Keras 2 and 3 writes: the attributes {@code model_config} and
 * {@code training_config} (JSON), {@code keras_version}, and below the group {@code model_weights}
 * a group a layer, in which the arrays lie some groups deep: {@code dense/dense/kernel:0} by Keras
 * 2, {@code dense/sequential/dense/kernel} by Keras 3.
 */
final class KerasFile implements Closeable {
  private static final String WEIGHTS = "model_weights";

  private final Hdf5Archive archive;
  private final String name;

  /**
   * @param local path on this machine's disk
   * @param name for errors
   * @throws StrataException (data) where it is no readable HDF5 file
   */
  KerasFile(String local, String name) {
    this.name = name;
    try {
      this.archive = new Hdf5Archive(local);
    } catch (RuntimeException e) {
      throw damaged("a file that the HDF5 library cannot open", e);
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

  private Optional<String> attribute(String attribute) {
    try {
      return archive.hasAttribute(attribute)
          ? Optional.of(archive.readAttributeAsJson(attribute))
          : Optional.empty();
    } catch (RuntimeException | UnsupportedKerasConfigurationException e) {
      throw damaged("an attribute " + attribute + " that cannot be read", e);
    }
  }

  /** Layers that have a group below the weights. */
  List<String> layers() {
    try {
      return archive.getGroups(WEIGHTS);
    } catch (RuntimeException e) {
      throw damaged("no readable group " + WEIGHTS, e);
    }
  }

  /**
   * A layer's arrays by what Keras calls them: {@code kernel}, {@code bias}, {@code gamma} …; those
   * of the two directions of a bidirectional layer with {@code forward_} and {@code backward_}
   * before.
   */
  Map<String, INDArray> weights(String layer) {
    Map<String, INDArray> found = new TreeMap<>();
    List<String> groups = new ArrayList<>(List.of(WEIGHTS));
    groups.addAll(List.of(layer.split("/")));
    try {
      collect(groups, layer, found);
    } catch (RuntimeException | UnsupportedKerasConfigurationException e) {
      throw StrataException.in(e)
          .orElseGet(() -> damaged("weights of layer " + layer + " that cannot be read", e));
    }
    return found;
  }

  private void collect(List<String> groups, String layer, Map<String, INDArray> found)
      throws UnsupportedKerasConfigurationException {
    String[] path = groups.toArray(String[]::new);
    String inner = String.join("/", groups.subList(1 + layer.split("/").length, groups.size()));
    for (String dataSet : archive.getDataSets(path)) {
      String parameter = direction(inner) + parameter(dataSet, layer);
      if (found.put(parameter, archive.readDataSet(dataSet, path)) != null) {
        throw damaged("two arrays " + parameter + " of layer " + layer, null);
      }
    }
    for (String group : archive.getGroups(path)) {
      List<String> deeper = new ArrayList<>(groups);
      deeper.add(group);
      collect(deeper, layer, found);
    }
  }

  private static String direction(String groups) {
    if (groups.contains("forward_")) {
      return "forward_";
    }
    return groups.contains("backward_") ? "backward_" : "";
  }

  /** Without TensorFlow's {@code :0} and Keras 1's name of the layer. */
  private static String parameter(String dataSet, String layer) {
    String plain = dataSet.replaceFirst(":\\d+$", "");
    return plain.startsWith(layer + "_") ? plain.substring(layer.length() + 1) : plain;
  }

  private StrataException damaged(String found, Exception cause) {
    return StrataException.data("not a readable Keras model")
        .file(name)
        .found(found)
        .expected("an HDF5 file written by model.save(\"….h5\")")
        .cause(cause)
        .build();
  }

  @Override
  public void close() {
    archive.close();
  }
}
