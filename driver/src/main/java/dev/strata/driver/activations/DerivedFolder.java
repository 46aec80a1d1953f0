package dev.strata.driver.activations;

import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of rows that were computed from other rows: a ShardSet, and a file beside its manifest
 * which says what they were computed of.
 */
public final class DerivedFolder {
  private static final Logger LOG = LoggerFactory.getLogger(DerivedFolder.class);

  private final Configuration configuration;
  private final String origin;
  private final Path folder;
  private final FileSystem files;

  /**
   * @param origin name of the file that says what the rows were computed of
   */
  public DerivedFolder(Configuration configuration, String folder, String origin) {
    this.configuration = configuration;
    this.origin = origin;
    Path given = new Path(folder);
    try {
      this.files = Storage.of(given, configuration);
      // Executors have another working directory than the driver.
      this.folder = files.makeQualified(given);
    } catch (IOException e) {
      throw OutputFiles.readFailure(given, e);
    }
  }

  public Path folder() {
    return folder;
  }

  public String path() {
    return folder.toString();
  }

  /**
   * What is there, where it is whole and was computed of the same.
   *
   * @param wanted a record, compared by its JSON
   */
  public Optional<ShardSet> open(Object wanted) {
    Path file = new Path(folder, origin);
    try {
      Optional<String> text = OutputFiles.read(configuration, file);
      if (text.isEmpty() || !text.get().equals(Json.pretty(wanted) + "\n")) {
        return Optional.empty();
      }
      if (!files.exists(new Path(folder, ShardManifest.FILE_NAME))) {
        return Optional.empty();
      }
      ShardSet set = ManifestFile.open(configuration, path());
      return isWhole(ManifestFile.read(configuration, set)) ? Optional.of(set) : Optional.empty();
    } catch (DamagedFileException e) {
      LOG.info("{} is damaged: its rows are computed again", file, e);
      return Optional.empty();
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA) {
        throw e;
      }
      // A damaged manifest: computed again.
      return Optional.empty();
    } catch (IOException e) {
      throw OutputFiles.readFailure(folder, e);
    }
  }

  /** Written before the manifest: what has no manifest was never written. */
  public void describe(Object fingerprint) {
    OutputFiles.write(configuration, new Path(folder, origin), Json.pretty(fingerprint) + "\n");
  }

  /** Removes everything; the manifest first, so that what is left halfway is no ShardSet. */
  public void clear() {
    try {
      files.delete(new Path(folder, ShardManifest.FILE_NAME), false);
      files.delete(folder, true);
    } catch (IOException | FSError e) {
      throw StrataException.cluster("cannot delete computed rows")
          .file(folder)
          .found(OutputFiles.reason(e))
          .cause(e)
          .build();
    }
  }

  private boolean isWhole(ShardManifest manifest) throws IOException {
    for (BlockSpec block : manifest.blocks()) {
      for (BlockSpec.FileSpec file : block.files().values()) {
        try {
          if (files.getFileStatus(new Path(folder, file.path())).getLen() != file.bytes()) {
            return false;
          }
        } catch (FileNotFoundException e) {
          return false;
        }
      }
    }
    return true;
  }
}
