package dev.strata.executor.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes and reads the {@code manifest.json} that makes a folder of blocks a ShardSet. */
public final class ManifestFile {
  /** Manifests that this JVM has read, least recently used first. */
  private static final Map<ShardSet, ShardManifest> CACHE =
      Collections.synchronizedMap(new RecentlyUsed(64));

  private ManifestFile() {}

  /** Commits a ShardSet: call it once all blocks are written, never before. */
  public static ShardSet write(Configuration configuration, Path folder, ShardManifest manifest) {
    Path file = new Path(qualified(configuration, folder), ShardManifest.FILE_NAME);
    ManifestRules.check(manifest, file);
    byte[] bytes = SignedJson.write(manifest).getBytes(StandardCharsets.UTF_8);
    try {
      FileSystem files = Storage.of(file, configuration);
      // Not a try-with-resources: HDFS throws the same exception again on closing, which would hide
      // it.
      OutputStream out = files.create(file, true);
      out.write(bytes);
      out.close();
    } catch (IOException | FSError e) {
      throw StrataException.cluster("cannot write the manifest of a ShardSet")
          .file(file)
          .found(e.getMessage())
          .expected("a writable folder with enough space")
          .cause(e)
          .build();
    }
    return new ShardSet(file.getParent().toString(), Checksum.of(bytes));
  }

  /**
   * Finds the ShardSet in a folder, as it is now.
   *
   * @throws StrataException (data) where there is none, or it is damaged or newer than this version
   */
  public static ShardSet open(Configuration configuration, String folder) {
    Path file = new Path(qualified(configuration, new Path(folder)), ShardManifest.FILE_NAME);
    byte[] bytes = ShardFiles.readAll(configuration, file, "the manifest of a ShardSet");
    ShardSet set = new ShardSet(file.getParent().toString(), Checksum.of(bytes));
    CACHE.put(set, decode(bytes, file));
    return set;
  }

  /**
   * The manifest of exactly the version that {@code set} means, read once per JVM.
   *
   * @throws StrataException (data) where it is missing, damaged, or not that version any more
   */
  public static ShardManifest read(Configuration configuration, ShardSet set) {
    ShardManifest known = CACHE.get(set);
    if (known != null) {
      return known;
    }
    Path file = new Path(set.folder(), ShardManifest.FILE_NAME);
    byte[] bytes = ShardFiles.readAll(configuration, file, "the manifest of a ShardSet");
    String found = Checksum.of(bytes);
    if (!found.equals(set.manifestSha256())) {
      throw StrataException.data("a ShardSet was changed while a job was using it")
          .file(file)
          .found("sha256 " + found)
          .expected("sha256 " + set.manifestSha256())
          .build();
    }
    ShardManifest manifest = decode(bytes, file);
    CACHE.put(set, manifest);
    return manifest;
  }

  /** Absolute and with its scheme: a task may run in another working directory. */
  private static Path qualified(Configuration configuration, Path folder) {
    try {
      return Storage.of(folder, configuration).makeQualified(folder);
    } catch (IOException e) {
      throw ShardFiles.failed("a ShardSet", folder, e);
    }
  }

  private static ShardManifest decode(byte[] bytes, Path file) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    // The version comes first: a newer manifest may not fit our records at all.
    JsonNode version = tree(text, file).path("formatVersion");
    if (!version.isInt() || version.asInt() < 1) {
      throw noManifest(
          file, version.isMissingNode() ? "no formatVersion" : "formatVersion " + version, null);
    }
    if (version.asInt() > ShardManifest.FORMAT_VERSION) {
      throw StrataException.data("a ShardSet was written by a newer version of Strata")
          .file(file)
          .found("formatVersion " + version)
          .expected("formatVersion " + ShardManifest.FORMAT_VERSION + " or less")
          .build();
    }
    ShardManifest manifest =
        SignedJson.read(text, ShardManifest.class, ShardManifest.SIGNED_SINCE, file);
    ManifestRules.check(manifest, file);
    return manifest;
  }

  private static JsonNode tree(String text, Path file) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw noManifest(file, e.getOriginalMessage(), e);
    }
  }

  private static StrataException noManifest(Path file, String found, Exception cause) {
    return StrataException.data("not the manifest of a ShardSet, or damaged")
        .file(file)
        .found(found)
        .expected("JSON of formatVersion 1 to " + ShardManifest.FORMAT_VERSION)
        .cause(cause)
        .build();
  }

  private static final class RecentlyUsed extends LinkedHashMap<ShardSet, ShardManifest> {
    private static final long serialVersionUID = 1L;
    private final int most;

    RecentlyUsed(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<ShardSet, ShardManifest> eldest) {
      return size() > most;
    }
  }
}
