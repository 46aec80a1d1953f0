package dev.strata.driver.preparation;

import dev.strata.driver.split.Split;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.ShardLayout;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.SelfChecksum;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.shard.SignedJson;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
  private static final int FORMAT_VERSION = 2;

  /** First version that carries its own checksum and that of the preprocessing. */
  private static final int SIGNED_SINCE = 2;

  private final Configuration configuration;
  private final Path folder;
  private final FileSystem files;

  /**
   * What is in the folder.
   *
   * @param fingerprint of settings, seed and sources; empty where the sources may change unseen
   * @param rowBytes bytes of a row that the number of blocks was planned with
   * @param preprocessing checksum of {@code preprocessing.json}; null in files of version 1
   * @param manifests part → checksum of its manifest
   */
  record Prepared(
      int formatVersion,
      String fingerprint,
      long rowBytes,
      String preprocessing,
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
      this.files = Storage.of(given, configuration);
      // Executors have another working directory than the driver.
      this.folder = files.makeQualified(given);
    } catch (IOException | IllegalArgumentException e) {
      throw StrataException.configuration("cannot use the shards folder")
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

  /**
   * What an earlier preparation left, if it was finished.
   *
   * @throws StrataException (data) where the file is damaged or of a newer version
   */
  Optional<Prepared> content() {
    Path file = new Path(folder, FILE_NAME);
    Optional<String> text = read(file).map(PreparedFolder::text);
    Optional<Prepared> content = text.map(t -> Json.read(t, Prepared.class, file));
    content.ifPresent(
        prepared -> {
          if (prepared.formatVersion() > FORMAT_VERSION) {
            throw StrataException.data("the prepared data was written by a newer version of Strata")
                .file(file)
                .found("format version " + prepared.formatVersion())
                .expected("at most " + FORMAT_VERSION)
                .build();
          }
          SelfChecksum.require(text.get(), prepared.formatVersion() >= SIGNED_SINCE, file);
          check(prepared, file);
        });
    return content;
  }

  private static void check(Prepared prepared, Path file) {
    int version = prepared.formatVersion();
    require(version >= 1, file, "formatVersion: " + version, "1 to " + FORMAT_VERSION);
    require(
        version < SIGNED_SINCE || prepared.preprocessing() != null,
        file,
        "preprocessing: nothing",
        "the checksum of " + Preprocessing.FILE_NAME);
    require(prepared.rowBytes() >= 0, file, "rowBytes: " + prepared.rowBytes(), "at least 0");
    Set<String> parts = Arrays.stream(Split.values()).map(Split::text).collect(Collectors.toSet());
    prepared
        .manifests()
        .forEach(
            (part, checksum) ->
                require(
                    parts.contains(part) && checksum != null,
                    file,
                    "manifests/" + part + ": " + checksum,
                    "a checksum for each of " + parts));
    prepared
        .counts()
        .forEach(
            (name, rows) ->
                require(
                    rows != null && rows >= 0, file, "counts/" + name + ": " + rows, "at least 0"));
  }

  private static void require(boolean holds, Path file, String found, String expected) {
    if (!holds) {
      throw StrataException.data("the file of prepared data is inconsistent")
          .file(file)
          .found(found)
          .expected(expected)
          .build();
    }
  }

  /**
   * Opens what {@code content} speaks of; empty where files are gone, which only a new preparation
   * can mend.
   *
   * @throws StrataException (data) where a manifest or the preprocessing is damaged, or they do not
   *     fit each other
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
        throw StrataException.data("the manifest has changed since the data was prepared")
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
    Optional<Preprocessing> preprocessing = preprocessing(content);
    preprocessing.ifPresent(
        p -> manifests.forEach((part, manifest) -> requireFit(p, part, manifest)));
    return preprocessing.map(
        p -> new PreparedData(folder.toString(), p, shards, manifests, content.counts(), true));
  }

  /**
   * The preprocessing that {@code content} speaks of; empty where the file is gone.
   *
   * @throws StrataException (data) where it is damaged
   */
  Optional<Preprocessing> preprocessing(Prepared content) {
    Path file = new Path(folder, Preprocessing.FILE_NAME);
    Optional<byte[]> bytes = read(file);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    String found = Checksum.of(bytes.get());
    if (content.preprocessing() != null && !content.preprocessing().equals(found)) {
      throw StrataException.data("the preprocessing has changed since the data was prepared")
          .file(file)
          .found("checksum " + found)
          .expected(content.preprocessing() + "; delete the folder to prepare the data again")
          .build();
    }
    return Optional.of(Json.read(text(bytes.get()), Preprocessing.class, file).validated(file));
  }

  private void requireFit(Preprocessing preprocessing, String part, ShardManifest manifest) {
    List<ArraySpec> arrays = ShardLayout.arrays(preprocessing);
    if (!part.equals(manifest.split())) {
      throw StrataException.data("the manifest belongs to another split")
          .file(new Path(new Path(folder, part), ShardManifest.FILE_NAME))
          .found("split: " + manifest.split())
          .expected(part)
          .build();
    }
    if (!arrays.equals(manifest.arrays())) {
      throw StrataException.data("the rows do not match the preprocessing")
          .file(new Path(new Path(folder, part), ShardManifest.FILE_NAME))
          .found(manifest.arrays())
          .expected(arrays)
          .build();
    }
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
        throw StrataException.configuration("the shards folder has other content")
            .key("data.shards")
            .file(folder)
            .found(files.listStatus(folder)[0].getPath().getName())
            .expected("an empty folder, or one with prepared data")
            .build();
      }
      write(new Path(folder, MARK), "{}\n");
      files.delete(new Path(folder, FILE_NAME), false);
      for (Split part : Split.values()) {
        files.delete(new Path(folder, part.text()), true);
      }
    } catch (IOException e) {
      throw StrataException.configuration("cannot write the shards folder")
          .key("data.shards")
          .file(folder)
          .found(e.getMessage())
          .expected("a writable folder")
          .cause(e)
          .build();
    }
  }

  /**
   * Commits what was prepared.
   *
   * @throws StrataException (data) where the rows have a number that no float64 can scale
   */
  void commit(PreparedData data, String fingerprint, long rowBytes) {
    Map<String, String> manifests = new TreeMap<>();
    data.shards().forEach((part, set) -> manifests.put(part, set.manifestSha256()));
    data.preprocessing().validated(new Path(folder, Preprocessing.FILE_NAME));
    String preprocessing = Json.pretty(data.preprocessing()) + "\n";
    String checksum = Checksum.of(preprocessing.getBytes(StandardCharsets.UTF_8));
    try {
      write(new Path(folder, Preprocessing.FILE_NAME), preprocessing);
      write(
          new Path(folder, FILE_NAME),
          SignedJson.write(
              new Prepared(
                  FORMAT_VERSION, fingerprint, rowBytes, checksum, manifests, data.counts())));
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

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Optional<byte[]> read(Path file) {
    try (InputStream in = files.open(file)) {
      return Optional.of(in.readAllBytes());
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
    return StrataException.cluster("cannot read or write the shards folder")
        .key("data.shards")
        .file(folder)
        .found(thrown.getMessage())
        .cause(thrown)
        .build();
  }
}
