package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code model.save("….h5")} of Keras 2 and 3 writes: the attributes {@code model_config} and
 * {@code training_config} (JSON), {@code keras_version}, and below the group {@code model_weights}
 * a group a layer, in which the arrays lie some groups deep: {@code dense/dense/kernel:0} by Keras
 * 2, {@code dense/sequential/dense/kernel} by Keras 3.
 */
final class KerasHdf5 extends KerasFile {
  private static final String WEIGHTS = "model_weights";

  /**
   * @param local path on this machine's disk
   * @param name for errors
   * @throws StrataException (data) where it is no readable HDF5 file
   */
  KerasHdf5(Path local, String name) {
    super(local, name);
  }

  /**
   * @throws StrataException (data) where the file holds weights only, or is not of Keras
   */
  @Override
  String configuration() {
    return attribute("model_config").orElseThrow(this::noModel);
  }

  private StrataException noModel() {
    try {
      return KerasWeightsFile.isMeant(hdf5())
          ? StrataException.data("the file has only the weights of a Keras model")
              .file(name())
              .found("no attribute model_config, as save_weights writes it, and no network.layers")
              .expected(
                  "network.input and network.layers for these weights; or a whole model:"
                      + " model.save(\"model.keras\") after model.load_weights(\"….h5\")")
              .build()
          : StrataException.data("the file is HDF5, but not a Keras model")
              .file(name())
              .found(
                  "no attribute model_config; groups and arrays: "
                      + String.join(", ", hdf5().members()))
              .expected("a file written by model.save(\"….h5\") of Keras 2 or 3")
              .build();
    } catch (IOException e) {
      return damaged(name(), e);
    }
  }

  @Override
  Optional<String> training() {
    return attribute("training_config");
  }

  @Override
  Optional<String> versionText() {
    return attribute("keras_version");
  }

  private Optional<String> attribute(String attribute) {
    try {
      return hdf5().attribute(attribute);
    } catch (IOException e) {
      throw damaged(name(), e);
    }
  }

  @Override
  Map<String, String> arrays(Collection<? extends JsonNode> layers) {
    List<String> paths;
    try {
      paths = hdf5().arrays(WEIGHTS);
    } catch (IOException e) {
      throw damaged(name(), e);
    }
    Map<String, String> arrays = new LinkedHashMap<>();
    paths.forEach(path -> arrays.put(path, WEIGHTS + "/" + path));
    return arrays;
  }
}
