package dev.strata.driver.data;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of prepared data. {@code preparing.json} is written first, {@code prepared.json} last: a
 * folder without the latter is an unfinished preparation, one without either is somebody else's.
 */
final class PreparedFolder {
  static final String FILE_NAME = "prepared.json";
  private static final String MARK = "preparing.json";
  private static final int FORMAT_VERSION = 1;

  private final Configuration configuration;
  private final Path folder;
  private final FileSystem files;

  /**
   * What is in the folder.
   *
   * @param fingerprint of settings, seed and sources; empty where the sources may change unseen
   * @param rowBytes bytes of a row that the number of blocks was planned with
   * @param manifests part → checksum of its manifest
   */
  record Prepared(
      int formatVersion,
      String fingerprint,
      long rowBytes,
      Map<String, String> manifests,
      Map<String, Long> counts) {
    Prepared {
      fingerprint = fingerprint == null ? "" : fingerprint;
      manifests = manifests == null ? Map.of() : new TreeMap<>(manifests);
      counts = counts == null ? Map.of() : new TreeMap<>(counts);
    }
  }

  PreparedFolder(Configuration configuration, String folder) {
    this.configuration = configuration;
    try {
      Path given = new Path(folder);
      this.files = given.getFileSystem(configuration);
      // Executors have another working directory than the driver.
      this.folder = files.makeQualified(given);
    } catch (IOException | IllegalArgumentException e) {
      throw StrataException.configuration("the folder of the shards cannot be used")
          .key("data.shards")
          .file(folder)
          .found(e.getMessage())
          .cause(e)
          .build();
    }
  }

  /** The folder, with its scheme and from its root. */
  String path() {
    return folder.toString();
  }

  /** What an earlier preparation left, if it was finished. */
  Optional<Prepared> content() {
    Path file = new Path(folder, FILE_NAME);
    Optional<Prepared> content = read(file).map(text -> Json.read(text, Prepared.class, file));
    if (content.isPresent() && content.get().formatVersion() > FORMAT_VERSION) {
      throw StrataException.data("the prepared data is of a newer version of Strata")
          .file(file)
          .found("format version " + content.get().formatVersion())
          .expected("at most " + FORMAT_VERSION)
          .build();
    }
    return content;
  }

  /**
   * Opens what {@code content} speaks of; empty where files are gone, which only a new preparation
   * can mend.
   *
   * @throws StrataException (data) where a manifest or the preprocessing is damaged
   */
  Optional<PreparedData> open(Prepared content) {
    Map<String, ShardSet> shards = new TreeMap<>();
    Map<String, ShardManifest> manifests = new TreeMap<>();
    for (String part : content.manifests().keySet()) {
      Path of = new Path(folder, part);
      if (!exists(new Path(of, ShardManifest.FILE_NAME))) {
        return Optional.empty();
      }
      ShardSet set = ManifestFile.open(configuration, of.toString());
      if (!set.manifestSha256().equals(content.manifests().get(part))) {
        throw StrataException.data("the manifest is not the one that was prepared")
            .file(new Path(of, ShardManifest.FILE_NAME))
            .found("checksum " + set.manifestSha256())
            .expected(
                content.manifests().get(part) + "; delete the folder to prepare the data again")
            .build();
      }
      ShardManifest manifest = ManifestFile.read(configuration, set);
      if (!complete(of, manifest)) {
        return Optional.empty();
      }
      shards.put(part, set);
      manifests.put(part, manifest);
    }
    Path file = new Path(folder, Preprocessing.FILE_NAME);
    return read(file)
        .map(text -> Json.read(text, Preprocessing.class, file))
        .map(
            p -> new PreparedData(folder.toString(), p, shards, manifests, content.counts(), true));
  }

  /**
   * Makes room for a new preparation.
   *
   * @throws StrataException (configuration) where the folder holds something that is not prepared
   *     data
   */
  void begin() {
    try {
      boolean ours = exists(new Path(folder, FILE_NAME)) || exists(new Path(folder, MARK));
      if (!ours && files.exists(folder) && files.listStatus(folder).length > 0) {
        throw StrataException.configuration("the folder of the shards holds something else")
            .key("data.shards")
            .file(folder)
            .found(files.listStatus(folder)[0].getPath().getName())
            .expected("an empty folder, or one with prepared data")
            .build();
      }
      write(new Path(folder, MARK), "{}\n");
      files.delete(new Path(folder, FILE_NAME), false);
      for (Part part : Part.values()) {
        files.delete(new Path(folder, part.text()), true);
      }
    } catch (IOException e) {
      throw StrataException.configuration("the folder of the shards cannot be written")
          .key("data.shards")
          .file(folder)
          .found(e.getMessage())
          .expected("a folder that can be created and written")
          .cause(e)
          .build();
    }
  }

  /** Commits what was prepared. */
  void commit(PreparedData data, String fingerprint, long rowBytes) {
    Map<String, String> manifests = new TreeMap<>();
    data.shards().forEach((part, set) -> manifests.put(part, set.manifestSha256()));
    try {
      write(new Path(folder, Preprocessing.FILE_NAME), Json.pretty(data.preprocessing()) + "\n");
      write(
          new Path(folder, FILE_NAME),
          Json.pretty(new Prepared(FORMAT_VERSION, fingerprint, rowBytes, manifests, data.counts()))
              + "\n");
      files.delete(new Path(folder, MARK), false);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private boolean complete(Path part, ShardManifest manifest) {
    for (BlockSpec block : manifest.blocks()) {
      for (BlockSpec.FileSpec file : block.files().values()) {
        if (!exists(new Path(part, file.path()))) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean exists(Path file) {
    try {
      return files.exists(file);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private Optional<String> read(Path file) {
    try (InputStream in = files.open(file)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (ChecksumException e) {
      throw StrataException.data("the file is damaged")
          .file(file)
          .found(e.getMessage())
          .expected("the file as it was written; delete the folder to prepare the data again")
          .cause(e)
          .build();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void write(Path file, String text) throws IOException {
    try (OutputStream out = files.create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private StrataException unwritable(IOException thrown) {
    return StrataException.cluster("the folder of the shards cannot be read or written")
        .key("data.shards")
        .file(folder)
        .found(thrown.getMessage())
        .cause(thrown)
        .build();
  }
}
