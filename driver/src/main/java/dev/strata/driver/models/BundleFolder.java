package dev.strata.driver.models;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A bundle as files: found, checked and copied without looking at the model in it. */
public final class BundleFolder {
  /** Where a run's output folder has its bundle. */
  private static final String MODEL_FOLDER = "model";

  /** Where a saved stage of a pipeline has its model. */
  private static final String STAGE = "bundle/";

  /** Far above any bundle's JSON; a vocabulary has some tens of bytes a word. */
  private static final int TEXT_LIMIT = 128 << 20;

  /** Files whose bytes hold the time of writing. */
  private static final Set<String> TIMED = Set.of(BundleManifest.MODEL, BundleManifest.PROVENANCE);

  private final FileSystem fileSystem;
  private final Path folder;
  private final BundleManifest manifest;

  private BundleFolder(FileSystem fileSystem, Path folder, BundleManifest manifest) {
    this.fileSystem = fileSystem;
    this.folder = folder;
    this.manifest = manifest;
  }

  /**
   * @param uri folder of a bundle, or of a finished run
   * @param key the configuration key that named it, for errors
   * @throws StrataException (configuration) where the URI is of no known file system; (data) where
   *     there is no bundle, or its manifest is damaged or of a newer version; (cluster) where it
   *     cannot be read
   */
  public static BundleFolder at(Configuration configuration, String uri, String key) {
    FileSystem fileSystem;
    Path path;
    try {
      path = new Path(uri);
      fileSystem = Storage.of(path, configuration);
    } catch (IOException | IllegalArgumentException e) {
      throw StrataException.configuration("not a folder on a known file system")
          .key(key)
          .found(uri)
          .expected("a local path or a Hadoop URI")
          .cause(e)
          .build();
    }
    try {
      Path folder = folder(fileSystem, path, key);
      Path file = new Path(folder, BundleManifest.FILE_NAME);
      BundleManifest manifest = BundleRules.manifest(text(fileSystem, file), file, key);
      return new BundleFolder(fileSystem, folder, manifest);
    } catch (IOException | FSError e) {
      throw failure(path, key, e);
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
    throw StrataException.data("no model found")
        .key(key)
        .file(path)
        .found(instead(fileSystem, path))
        .expected("the folder of a finished run or of a model bundle")
        .build();
  }

  /** What a folder without a bundle is. */
  private static String instead(FileSystem fileSystem, Path path) throws IOException {
    if (!fileSystem.exists(path)) {
      return "folder not found";
    }
    if (fileSystem.exists(new Path(new Path(path, MODEL_FOLDER), BundleManifest.MODEL))) {
      return "a model without its "
          + BundleManifest.FILE_NAME
          + ": the run was interrupted while it saved the model, or the file was deleted";
    }
    if (fileSystem.exists(new Path(path, "run.json"))) {
      return "a run without a model so far";
    }
    return fileSystem.exists(new Path(path, STAGE + BundleManifest.FILE_NAME))
        ? "a saved stage, whose model is in the folder bundle"
        : "no " + BundleManifest.FILE_NAME + " in it";
  }

  /** Of the bundle itself, also where a run's folder was given. */
  public Path path() {
    return folder;
  }

  /** The file of the network, a stock DL4J zip. */
  public Path model() {
    return new Path(folder, BundleManifest.MODEL);
  }

  /**
   * The manifest as it is; readers check the other files against it.
   *
   * @throws StrataException (cluster) where it cannot be read
   */
  public StoredFile manifestFile() {
    try {
      return BundleFiles.describe(fileSystem, folder, BundleManifest.FILE_NAME);
    } catch (IOException | FSError e) {
      throw failure(folder, null, e);
    }
  }

  /**
   * Its files as they are, the manifest last.
   *
   * @throws StrataException (data) where one is not as the manifest says; (cluster) where it cannot
   *     be read
   */
  public List<StoredFile> verified() {
    try {
      List<StoredFile> files = new ArrayList<>(manifest.files());
      for (StoredFile file : files) {
        verify(file);
      }
      files.add(BundleFiles.describe(fileSystem, folder, BundleManifest.FILE_NAME));
      return files;
    } catch (IOException | FSError e) {
      throw failure(folder, null, e);
    }
  }

  /**
   * Copies the bundle to a folder, which becomes one with its manifest, written last.
   *
   * @return the files of the copy, read back, the manifest last
   * @throws StrataException (data) where a file is not as the manifest says; (cluster) where
   *     reading or writing fails
   */
  public List<StoredFile> copyTo(Configuration configuration, Path target) {
    return new BundleCopy(configuration, target)
        .of(manifest, name -> fileSystem.open(new Path(folder, name)), folder);
  }

  /** Of the network and its parameters. */
  public String modelSha256() {
    return manifest.modelSha256();
  }

  /**
   * Of what the model computes: network, parameters, preprocessing, decoder. The same model saved
   * at another time has the same one.
   */
  public String contentSha256() {
    StringBuilder text = new StringBuilder(String.valueOf(manifest.modelSha256()));
    manifest.files().stream()
        .filter(file -> !TIMED.contains(file.name()))
        .sorted(Comparator.comparing(StoredFile::name))
        .forEach(file -> text.append('\n').append(file.name()).append(' ').append(file.sha256()));
    return Checksum.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  BundleManifest manifest() {
    return manifest;
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  String text(String name) throws IOException {
    return text(fileSystem, new Path(folder, name));
  }

  private static String text(FileSystem fileSystem, Path file) throws IOException {
    try (InputStream in = fileSystem.open(file)) {
      byte[] bytes = in.readNBytes(TEXT_LIMIT + 1);
      if (bytes.length > TEXT_LIMIT) {
        throw StrataException.data("a file of the model is too large")
            .file(file)
            .found("more than " + TEXT_LIMIT + " bytes")
            .expected("at most " + TEXT_LIMIT)
            .build();
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private void verify(StoredFile expected) throws IOException {
    Path file = new Path(folder, expected.name());
    StoredFile found;
    try {
      found = BundleFiles.describe(fileSystem, folder, expected.name());
    } catch (FileNotFoundException e) {
      if (fileSystem.exists(file)) {
        // as local disks say of what may not be read
        throw e;
      }
      throw StrataException.data("a file of the model is missing")
          .file(file)
          .expected(expected.bytes() + " bytes")
          .cause(e)
          .build();
    } catch (IOException e) {
      if (OutputFiles.saysDamaged(e)) {
        throw damaged(file, e.getMessage(), expected, e);
      }
      throw e;
    }
    requireSame(file, found, expected);
  }

  /** Refuses a file that is not what was stored. */
  static void requireSame(Path file, StoredFile found, StoredFile expected) {
    if (!found.equals(expected)) {
      throw damaged(file, found.bytes() + " bytes, sha256 " + found.sha256(), expected, null);
    }
  }

  private static StrataException damaged(
      Path file, String found, StoredFile expected, Throwable cause) {
    return StrataException.data("a file of the model is damaged")
        .file(file)
        .found(found)
        .expected(expected.bytes() + " bytes, sha256 " + expected.sha256())
        .cause(cause)
        .build();
  }

  /** The failure for an error while reading a bundle. */
  static StrataException failure(Path path, String key, Throwable thrown) {
    if (!OutputFiles.saysDamaged(thrown)) {
      return OutputFiles.readFailure(key, path, thrown);
    }
    return StrataException.data("a file of the model is damaged")
        .key(key)
        .file(path)
        .found(thrown.getMessage())
        .cause(thrown)
        .build();
  }
}
