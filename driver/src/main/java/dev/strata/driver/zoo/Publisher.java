package dev.strata.driver.zoo;

import dev.strata.driver.models.BundleArchive;
import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.StoredFile;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/**
 * Makes a bundle the next version of a model: claims a number, copies the bundle, reads the copy as
 * every job would, writes {@code version.json}, and marks the version as published, which is the
 * one moment in which it appears.
 */
public final class Publisher {
  private final Zoo zoo;
  private final long unpackLimit;

  /**
   * @param unpackLimit bytes that a bundle in one zip file may unpack to
   */
  public Publisher(Zoo zoo, long unpackLimit) {
    this.zoo = zoo;
    this.unpackLimit = unpackLimit;
  }

  /**
   * @param source folder of a finished run or of a bundle, or a zip file that {@code models export}
   *     has written
   * @param name of the model, which needs not be there yet
   * @param key the configuration key that named the source, for errors
   * @throws StrataException (configuration) where the name is none, or the store cannot be
   *     published to; (data) where the source is no model, or a damaged one; (cluster) where
   *     reading or writing fails. No version is there then, and no other gets its number.
   */
  public ModelVersion publish(String source, String name, Optional<String> note, String key) {
    ZooModel model = zoo.model(ZooName.requireModel(name, "--name"));
    Configuration configuration = zoo.configuration();
    Optional<Path> archive = archive(source);
    // what is no model at all takes no number
    Optional<BundleFolder> folder =
        archive.isPresent()
            ? Optional.empty()
            : Optional.of(BundleFolder.at(configuration, source, key));
    int number = model.marks().claim();
    try {
      Path target = model.bundle(number);
      List<StoredFile> files =
          folder.isPresent()
              ? folder.get().copyTo(configuration, target)
              : BundleArchive.unpack(
                  configuration, archive.orElseThrow(), target, unpackLimit, key);
      ModelBundle bundle = BundleReader.open(configuration, target.toString(), key);
      ModelVersion version = ModelVersion.of(name, number, note.orElse(null), bundle, files);
      commit(model, version);
      return version;
    } catch (RuntimeException e) {
      discard(model, number, e);
      throw e;
    }
  }

  /**
   * The newest version of a name that holds this very bundle, intact; so a repeated publication
   * need not make another.
   *
   * @param source as of {@link #publish}
   * @throws StrataException (configuration) where the name is none; (data) where the source is no
   *     model; (cluster) where reading fails
   */
  public Optional<ModelVersion> published(String source, String name, String key) {
    ZooModel model = zoo.model(ZooName.requireModel(name, "--name"));
    Configuration configuration = zoo.configuration();
    StoredFile manifest =
        archive(source)
            .map(file -> BundleArchive.manifestFile(configuration, file))
            .orElseGet(() -> BundleFolder.at(configuration, source, key).manifestFile());
    return model.numbers().stream()
        .sorted(Comparator.reverseOrder())
        .flatMap(number -> holding(model, number, manifest, key).stream())
        .findFirst();
  }

  /** A damaged version, or one that is just being deleted, cannot stand for a new one. */
  private Optional<ModelVersion> holding(
      ZooModel model, int number, StoredFile manifest, String key) {
    try {
      Optional<ModelVersion> version =
          model.version(number).filter(v -> v.files().contains(manifest));
      version.ifPresent(v -> zoo.open(v, key));
      return version;
    } catch (StrataException e) {
      if (e.kind() == FailureKind.CLUSTER) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private void commit(ZooModel model, ModelVersion version) {
    String text = Json.pretty(version) + "\n";
    int number = version.version();
    OutputFiles.write(
        zoo.configuration(), new Path(model.folder(number), ModelVersion.FILE_NAME), text);
    model.marks().publish(number, Checksum.of(text.getBytes(StandardCharsets.UTF_8)));
    if (!model.marks().of(number).isThere()) {
      throw StrataException.cluster("the version was deleted while it was being published")
          .found(version.name())
          .expected("publish the model again")
          .build();
    }
  }

  /** Best effort: a process that is killed leaves a number without a version, too. */
  private void discard(ZooModel model, int number, RuntimeException failure) {
    try {
      model.marks().delete(number);
      Path folder = model.folder(number);
      Storage.of(folder, zoo.configuration()).delete(folder, true);
    } catch (RuntimeException | IOException | FSError e) {
      failure.addSuppressed(e);
    }
  }

  private Optional<Path> archive(String source) {
    if (!source.endsWith(BundleArchive.SUFFIX)) {
      return Optional.empty();
    }
    try {
      Path path = new Path(source);
      boolean file = Storage.of(path, zoo.configuration()).getFileStatus(path).isFile();
      return file ? Optional.of(path) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      // told in the same words as any folder that is not there
      return Optional.empty();
    }
  }
}
