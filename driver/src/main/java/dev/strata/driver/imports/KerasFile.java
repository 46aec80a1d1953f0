package dev.strata.driver.imports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** A whole model as Keras saves it: its configuration, and its arrays in HDF5. */
abstract class KerasFile implements Closeable {
  private final Hdf5File hdf5;
  private final String name;

  /**
   * @param local HDF5 on this machine's disk
   * @param name for errors
   * @throws StrataException (data) where it is no readable HDF5 file
   */
  KerasFile(Path local, String name) {
    this.name = name;
    try {
      this.hdf5 = new Hdf5File(local);
    } catch (IOException e) {
      throw damaged(name, e);
    }
  }

  /**
   * Opens a {@code .keras} or {@code .h5} file, whatever it is called.
   *
   * @throws StrataException (data) where it is neither
   */
  static KerasFile open(ImportSource source) throws IOException {
    boolean zip;
    try (InputStream in = Files.newInputStream(source.local())) {
      zip = in.read() == 'P';
    }
    return zip
        ? KerasZip.open(source.local(), source.name())
        : new KerasHdf5(source.local(), source.name());
  }

  /**
   * JSON of the model.
   *
   * @throws StrataException (data) where the file has none
   */
  abstract String configuration();

  /** JSON of how the model was compiled, if it was: an object with the field {@code loss}. */
  abstract Optional<String> training();

  /** The version of Keras as the file has it. */
  abstract Optional<String> versionText();

  /**
   * {@code LAYER/…/ARRAY} → path of the array for {@link #describe} and {@link #read}.
   *
   * @param layers of the model, as Keras wrote them
   */
  abstract Map<String, String> arrays(Collection<? extends JsonNode> layers);

  /**
   * First number of Keras' version.
   *
   * @throws StrataException (data) where it is neither 2 nor 3, or none
   */
  int version() {
    Optional<String> text = versionText();
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

  /** Type and shape of an array, without its numbers. */
  Hdf5File.Values describe(String path) {
    try {
      return hdf5.describe(path);
    } catch (IOException e) {
      throw damaged(name, e);
    }
  }

  /** The numbers of an array of floats. */
  Hdf5File.Values read(String path) {
    try {
      return hdf5.read(path);
    } catch (IOException e) {
      throw damaged(name, e);
    }
  }

  Hdf5File hdf5() {
    return hdf5;
  }

  String name() {
    return name;
  }

  static StrataException damaged(String name, IOException cause) {
    return StrataException.data("cannot read the Keras model")
        .file(name)
        .found(cause.getMessage())
        .expected("a file written by model.save(\"….keras\") or model.save(\"….h5\")")
        .cause(cause)
        .build();
  }

  @Override
  public void close() {
    hdf5.close();
  }
}
