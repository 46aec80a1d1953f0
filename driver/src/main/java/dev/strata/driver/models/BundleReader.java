package dev.strata.driver.models;

import dev.strata.driver.models.BundleManifest.StoredFile;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads bundles, every file verified against the manifest before its content is looked at. */
public final class BundleReader {
  /** Where a run's output folder has its bundle. */
  private static final String MODEL_FOLDER = "model";

  /**
   * Names that every bundle consists of, besides a decoder's; a manifest may not point elsewhere.
   */
  private static final List<String> NAMES =
      List.of(BundleManifest.MODEL, Preprocessing.FILE_NAME, BundleManifest.PROVENANCE);

  private final FileSystem fileSystem;
  private final Path folder;

  private BundleReader(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  /**
   * @param uri folder of a bundle, or of a finished run
   * @param key the configuration key that named it, for errors
   * @throws StrataException (configuration) where the URI is of no known file system; (data) where
   *     there is no bundle, or it is damaged or of a newer version; (cluster) where it cannot be
   *     read
   */
  public static ModelBundle open(Configuration configuration, String uri, String key) {
    FileSystem fileSystem;
    Path path;
    try {
      path = new Path(uri);
      fileSystem = path.getFileSystem(configuration);
    } catch (IOException | IllegalArgumentException e) {
      throw StrataException.configuration("not a folder on a known file system")
          .key(key)
          .found(uri)
          .expected("a local path or a Hadoop URI")
          .cause(e)
          .build();
    }
    try {
      return new BundleReader(fileSystem, folder(fileSystem, path, key)).read(key);
    } catch (IOException | FSError e) {
      if (OutputFiles.saysDamaged(e)) {
        throw StrataException.data("a file of the model is damaged")
            .key(key)
            .file(path)
            .found(e.getMessage())
            .cause(e)
            .build();
      }
      throw OutputFiles.readFailure(path, e);
    }
  }

  private static Path folder(FileSystem fileSystem, Path path, String key) throws IOException {
    Path inside = new Path(path, MODEL_FOLDER);
    if (fileSystem.exists(new Path(path, BundleManifest.FILE_NAME))) {
      return fileSystem.makeQualified(path);
    }
    if (fileSystem.exists(new Path(inside, BundleManifest.FILE_NAME))) {
      return fileSystem.makeQualified(inside);
    }
    String found =
        !fileSystem.exists(path)
            ? "no such folder"
            : fileSystem.exists(new Path(path, "run.json"))
                ? "a run that has no model yet"
                : "no " + BundleManifest.FILE_NAME + " in it";
    throw StrataException.data("there is no model")
        .key(key)
        .file(path)
        .found(found)
        .expected("the folder of a finished run or of a model bundle")
        .build();
  }

  private ModelBundle read(String key) throws IOException {
    BundleManifest manifest = manifest(key);
    for (StoredFile file : manifest.files()) {
      verify(file);
    }
    Path preprocessingFile = new Path(folder, Preprocessing.FILE_NAME);
    Preprocessing preprocessing =
        Json.read(text(Preprocessing.FILE_NAME), Preprocessing.class, preprocessingFile);
    refuseNewer(
        preprocessing.formatVersion(), Preprocessing.FORMAT_VERSION, manifest, preprocessingFile);
    Path provenanceFile = new Path(folder, BundleManifest.PROVENANCE);
    Provenance provenance =
        Json.read(text(BundleManifest.PROVENANCE), Provenance.class, provenanceFile);
    TrainedModel model;
    Path zip = new Path(folder, BundleManifest.MODEL);
    try (InputStream in = fileSystem.open(zip)) {
      model = new ModelZip(zip).read(in);
    }
    return new ModelBundle(folder.toString(), model, preprocessing, provenance, decoder(manifest));
  }

  private Optional<Decoder> decoder(BundleManifest manifest) throws IOException {
    if (manifest.files().stream().noneMatch(f -> f.name().equals(DecoderFile.FILE_NAME))) {
      return Optional.empty();
    }
    Path file = new Path(folder, DecoderFile.FILE_NAME);
    DecoderFile content = Json.read(text(DecoderFile.FILE_NAME), DecoderFile.class, file);
    refuseNewer(content.formatVersion(), DecoderFile.FORMAT_VERSION, manifest, file);
    List<String> named =
        content.layers().stream().flatMap(l -> Stream.of(l.weights(), l.bias())).toList();
    if (named.isEmpty() || !arrays(manifest).equals(named.stream().sorted().toList())) {
      throw StrataException.data("the decoder's arrays are not those of the manifest")
          .file(file)
          .found(named)
          .expected(arrays(manifest))
          .build();
    }
    List<DenseShape> shapes = content.layers().stream().map(DecoderFile.Layer::shape).toList();
    StateVector flat = StateVector.zeros(shapes.stream().mapToLong(DenseShape::parameters).sum());
    long at = 0;
    for (DecoderFile.Layer layer : content.layers()) {
      Path weights = new Path(folder, layer.weights());
      Path bias = new Path(folder, layer.bias());
      DecoderArrays.read(
          bytes(weights), bytes(bias), layer.shape(), List.of(weights, bias), flat, at);
      at += layer.shape().parameters();
    }
    return Optional.of(new Decoder(shapes, flat));
  }

  private static List<String> arrays(BundleManifest manifest) {
    return manifest.files().stream()
        .map(StoredFile::name)
        .filter(name -> DecoderFile.owns(name) && !name.equals(DecoderFile.FILE_NAME))
        .sorted()
        .toList();
  }

  private BundleManifest manifest(String key) throws IOException {
    Path file = new Path(folder, BundleManifest.FILE_NAME);
    BundleManifest manifest = Json.read(text(BundleManifest.FILE_NAME), BundleManifest.class, file);
    if (manifest == null || !BundleManifest.KIND.equals(manifest.kind())) {
      throw StrataException.data("not the manifest of a model bundle")
          .key(key)
          .file(file)
          .found(manifest == null ? "null" : "kind " + manifest.kind())
          .expected("kind " + BundleManifest.KIND)
          .build();
    }
    refuseNewer(manifest.formatVersion(), BundleManifest.FORMAT_VERSION, manifest, file);
    boolean decoder =
        manifest.files().stream().anyMatch(f -> f.name().equals(DecoderFile.FILE_NAME));
    List<String> names =
        manifest.files().stream()
            .map(StoredFile::name)
            .filter(name -> !(decoder && DecoderFile.owns(name)))
            .sorted()
            .toList();
    if (!names.equals(NAMES.stream().sorted().toList())) {
      throw StrataException.data("the manifest does not name the files of a bundle")
          .file(file)
          .found(names)
          .expected(NAMES)
          .build();
    }
    return manifest;
  }

  private static void refuseNewer(int found, int known, BundleManifest manifest, Path file) {
    if (found > known) {
      throw StrataException.data("the model was written by a newer version of Strata")
          .file(file)
          .found("format version " + found + ", written by Strata " + manifest.strataVersion())
          .expected("at most " + known)
          .build();
    }
  }

  private void verify(StoredFile expected) throws IOException {
    StoredFile found;
    try {
      found = BundleFiles.describe(fileSystem, folder, expected.name());
    } catch (FileNotFoundException e) {
      throw StrataException.data("a file of the model is missing")
          .file(new Path(folder, expected.name()))
          .expected(expected.bytes() + " bytes")
          .cause(e)
          .build();
    } catch (IOException e) {
      if (OutputFiles.saysDamaged(e)) {
        throw StrataException.data("a file of the model is damaged")
            .file(new Path(folder, expected.name()))
            .found(e.getMessage())
            .expected(expected.bytes() + " bytes, sha256 " + expected.sha256())
            .cause(e)
            .build();
      }
      throw e;
    }
    if (!found.equals(expected)) {
      throw StrataException.data("a file of the model is damaged")
          .file(new Path(folder, expected.name()))
          .found(found.bytes() + " bytes, sha256 " + found.sha256())
          .expected(expected.bytes() + " bytes, sha256 " + expected.sha256())
          .build();
    }
  }

  private String text(String name) throws IOException {
    return new String(bytes(new Path(folder, name)), StandardCharsets.UTF_8);
  }

  private byte[] bytes(Path file) throws IOException {
    try (InputStream in = fileSystem.open(file)) {
      return in.readAllBytes();
    }
  }
}
