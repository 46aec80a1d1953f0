package dev.strata.driver.zoo;

import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.StoredFile;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Model zoo: a folder of models, each with numbered versions that never change. Several processes
 * may publish, promote and delete at the same time, from any machine; no file is ever renamed or
 * written twice.
 */
public final class Zoo {
  /** The configuration key of its folder. */
  static final String KEY = "zoo.path";

  private final Configuration configuration;
  private final Path folder;

  private Zoo(Configuration configuration, Path folder) {
    this.configuration = configuration;
    this.folder = folder;
  }

  /**
   * @param path the key {@code zoo.path}: any Hadoop URI; need not exist yet
   * @throws StrataException (configuration) if it is not a folder, or of an unknown file system
   */
  public static Zoo at(Configuration configuration, String path) {
    Path folder;
    FileSystem fileSystem;
    try {
      folder = new Path(path);
      fileSystem = Storage.of(folder, configuration);
    } catch (IOException | IllegalArgumentException e) {
      throw noFolder(path, OutputFiles.reason(e), e);
    }
    try {
      if (fileSystem.getFileStatus(folder).isFile()) {
        throw noFolder(path, "a file", null);
      }
    } catch (FileNotFoundException e) {
      // whoever publishes first makes it
    } catch (IOException e) {
      throw OutputFiles.readFailure(KEY, folder, e);
    }
    return new Zoo(configuration, fileSystem.makeQualified(folder));
  }

  private static StrataException noFolder(String path, String found, Throwable cause) {
    return StrataException.configuration("the zoo is not a folder on a known file system")
        .key(KEY)
        .file(path)
        .found(found)
        .expected("a local path or a Hadoop URI")
        .cause(cause)
        .build();
  }

  /**
   * The zoo that a key names a model of.
   *
   * @param path the key {@code zoo.path}
   * @param name what the other key says
   * @throws StrataException (configuration) where no zoo is configured, or no folder
   */
  public static Zoo at(
      Configuration configuration, Optional<String> path, String name, String key) {
    return at(
        configuration,
        path.orElseThrow(
            () ->
                StrataException.configuration(
                        key + " is a model of the zoo, but no zoo is configured")
                    .key(KEY)
                    .found(key + " = " + name)
                    .expected("the folder of the zoo, such as --zoo DIR")
                    .build()));
  }

  public Path folder() {
    return folder;
  }

  /** The models that have or had a version, by name. */
  public List<ZooModel> models() {
    try {
      FileSystem fileSystem = Storage.of(folder, configuration);
      List<String> names = new ArrayList<>();
      for (FileStatus status : fileSystem.listStatus(folder)) {
        if (fileSystem.exists(new Path(status.getPath(), ZooModel.MARKS))) {
          names.add(status.getPath().getName());
        }
      }
      return names.stream().sorted().map(this::model).toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(KEY, folder, e);
    }
  }

  /** A model by its name, whether there is one or not. */
  public ZooModel model(String name) {
    return new ZooModel(configuration, new Path(folder, name), name);
  }

  /**
   * @param key the configuration key that has the name, for errors
   * @throws StrataException (configuration) if there is no such model, version or alias, with the
   *     nearest name; (data) if its files are damaged
   */
  public ModelVersion find(ZooName name, String key) {
    ZooModel model = model(name.model());
    List<Integer> numbers = model.numbers();
    if (numbers.isEmpty()) {
      throw noModel(name, key);
    }
    if (name.alias().isPresent()) {
      int number = aliased(model, name, key);
      return model.version(number).orElseThrow(() -> noVersion(model, name, number, key));
    }
    int number = name.version().orElse(numbers.get(numbers.size() - 1));
    return model
        .version(number)
        .orElseThrow(
            () ->
                StrataException.configuration("no such version in the zoo")
                    .key(key)
                    .found(name)
                    .expected("one of the versions " + numbers)
                    .build());
  }

  /** A version that an alias stands for cannot be deleted. */
  private static StrataException noVersion(ZooModel model, ZooName name, int number, String key) {
    return StrataException.data("an alias of the zoo is damaged")
        .key(key)
        .file(new Path(model.aliasChanges().path(), name.alias().orElseThrow()))
        .found(name + " for version " + number + ", which does not exist")
        .expected(
            "one of the versions " + model.numbers() + "; run models promote to set the alias")
        .build();
  }

  /**
   * Reads a version, every file verified.
   *
   * @throws StrataException (data) where one is damaged; (configuration) where the version has been
   *     deleted meanwhile
   */
  public ModelBundle open(ModelVersion version, String key) {
    try {
      Path folder = bundle(version, key).path();
      ModelBundle bundle = BundleReader.open(configuration, folder.toString(), key);
      if (!bundle.model().sha256().equals(version.modelSha256())) {
        throw StrataException.data("a version of the zoo is damaged")
            .key(key)
            .file(new Path(folder.getParent(), ModelVersion.FILE_NAME))
            .found("modelSha256 " + version.modelSha256())
            .expected(bundle.model().sha256() + ", as in the bundle")
            .build();
      }
      return bundle;
    } catch (StrataException e) {
      find(version.name(), key);
      throw e;
    }
  }

  /**
   * A version's bundle, with its manifest verified; readers and copies verify the other files
   * against the manifest.
   *
   * @throws StrataException (data) where it is not as it was published
   */
  public BundleFolder bundle(ModelVersion version, String key) {
    Path folder = model(version.model()).bundle(version.version());
    BundleFolder bundle = BundleFolder.at(configuration, folder.toString(), key);
    StoredFile found = bundle.manifestFile();
    if (!version.files().contains(found)) {
      throw StrataException.data("a version of the zoo is damaged")
          .key(key)
          .file(new Path(bundle.path(), found.name()))
          .found(found.bytes() + " bytes, sha256 " + found.sha256())
          .expected("the manifest published as " + version.name())
          .build();
    }
    return bundle;
  }

  /** The versions that training continued from this one, in the order of their names. */
  public List<ModelVersion> children(ModelVersion version) {
    return versions().stream()
        .filter(other -> version.modelSha256().equals(other.parentSha256()))
        .toList();
  }

  /** The versions with these parameters and this network, in the order of their names. */
  public List<ModelVersion> withModel(String modelSha256) {
    return versions().stream().filter(v -> v.modelSha256().equals(modelSha256)).toList();
  }

  Configuration configuration() {
    return configuration;
  }

  /** All intact versions. */
  private List<ModelVersion> versions() {
    return models().stream().flatMap(model -> model.intact().values().stream()).toList();
  }

  private int aliased(ZooModel model, ZooName name, String key) {
    Optional<Integer> number = model.aliasChanges().version(name.alias().orElseThrow());
    if (number.isPresent()) {
      return number.get();
    }
    var aliases = model.aliases();
    Optional<String> near = Nearest.to(name.alias().orElseThrow(), aliases.keySet());
    String suggestion =
        near.map(n -> "; did you mean zoo:" + model.name() + "@" + n + "?").orElse("");
    throw StrataException.configuration("no such alias in the zoo: " + name + suggestion)
        .key(key)
        .found(name)
        .expected(
            "aliases: "
                + (aliases.isEmpty() ? "none" : String.join(", ", aliases.keySet()))
                + "; zoo:"
                + model.name()
                + " is the newest version")
        .build();
  }

  private StrataException noModel(ZooName name, String key) {
    List<String> known =
        models().stream().filter(model -> !model.numbers().isEmpty()).map(ZooModel::name).toList();
    Optional<String> near = Nearest.to(name.model(), known);
    String suggestion = near.map(n -> "; did you mean zoo:" + n + "?").orElse("");
    return StrataException.configuration("no such model in the zoo: " + name + suggestion)
        .key(key)
        .file(folder)
        .found(name)
        .expected("models: " + (known.isEmpty() ? "none" : String.join(", ", known)))
        .build();
  }
}
