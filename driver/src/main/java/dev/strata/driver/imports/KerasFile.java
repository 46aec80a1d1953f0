package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code model.save("….h5")} of Keras 2 and 3 writes: the attributes {@code model_config} and
 * {@code training_config} (JSON), {@code keras_version}, and below the group {@code model_weights}
 * a group a layer, in which the arrays lie some groups deep: {@code dense/dense/kernel:0} by Keras
 * 2, {@code dense/sequential/dense/kernel} by Keras 3.
 */
final class KerasFile implements Closeable {
  private static final String WEIGHTS = "model_weights";
  private static final String WHOLE =
      "a whole model: in Keras, build the model, model.load_weights(\"….h5\"), then"
          + " model.save(\"model.h5\"); or save each array into an .npz, for the layers of network";

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

  /**
   * JSON of the model.
   *
   * @throws StrataException (data) where the file has none: it holds weights only, or is not of
   *     Keras
   */
  String configuration() {
    return attribute("model_config").orElseThrow(this::noModel);
  }

  /** Keras 3 writes {@code layers/NAME/vars/0}, Keras 2 names the layers in an attribute. */
  private StrataException noModel() {
    List<String> members = members();
    boolean third =
        members.contains("layers") || members.contains("_layer_checkpoint_dependencies");
    boolean second =
        attribute("backend").isPresent() || members.contains("top_level_model_weights");
    if (third || second) {
      return StrataException.data("the file has only the weights of a Keras model")
          .file(name)
          .found(
              "no attribute model_config, as save_weights of Keras "
                  + (third ? "3" : "2")
                  + " writes it")
          .expected(WHOLE)
          .build();
    }
    return StrataException.data("the file is HDF5, but not a Keras model")
        .file(name)
        .found("no attribute model_config; groups and arrays: " + String.join(", ", members))
        .expected("a file written by model.save(\"….h5\") of Keras 2 or 3")
        .build();
  }

  /** JSON of how the model was compiled, if it was. */
  Optional<String> training() {
    return attribute("training_config");
  }

  /**
   * First number of Keras' version.
   *
   * @throws StrataException (data) where it is neither 2 nor 3, or none
   */
  int version() {
    Optional<String> text = attribute("keras_version");
    int version =
        text.filter(t -> !t.isEmpty()).map(t -> Character.digit(t.charAt(0), 10)).orElse(-1);
    if (version != 2 && version != 3) {
      throw StrataException.data(
              text.isEmpty()
                  ? "the file does not say which version of Keras wrote it"
                  : "the file was written by an unsupported version of Keras")
          .file(name)
          .found(text.map(t -> "keras_version " + t).orElse("no attribute keras_version"))
          .expected("2 or 3; load it with Keras 2 and save it again")
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

  private List<String> members() {
    try {
      return hdf5.members();
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /** Paths of all arrays below the group of weights, such as {@code dense/dense/kernel:0}. */
  List<String> arrays() {
    try {
      return hdf5.arrays(WEIGHTS);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /** Type and shape of an array, without its numbers. */
  Hdf5File.Values describe(String path) {
    try {
      return hdf5.describe(WEIGHTS + "/" + path);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /** The numbers of an array of floats. */
  Hdf5File.Values read(String path) {
    try {
      return hdf5.read(WEIGHTS + "/" + path);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  private StrataException damaged(IOException cause) {
    return StrataException.data("cannot read the Keras model")
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
