package dev.strata.driver.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.strata.driver.checkpoint.CheckpointManifest.StoredFile;
import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.shard.SelfChecksum;
import dev.strata.executor.shard.SignedJson;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads a checkpoint's folder and believes nothing in it that its checksums do not bear out. */
final class CheckpointReader {
  private final FileSystem fileSystem;

  CheckpointReader(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /**
   * @throws DamagedFileException where a file is missing or is not what was written
   * @throws StrataException (data) where a newer version of Strata wrote it
   */
  CheckpointContent read(Path folder, CheckpointName name)
      throws IOException, DamagedFileException {
    Path manifestFile = new Path(folder, CheckpointManifest.FILE_NAME);
    CheckpointManifest manifest = manifest(manifestFile);
    if (manifest.round() != name.round() || manifest.files().isEmpty()) {
      throw new DamagedFileException(
          manifestFile,
          "round " + manifest.round() + ", " + manifest.files().size() + " files",
          "round " + name.round());
    }
    String state = null;
    SortedMap<String, byte[][]> arrays = new TreeMap<>();
    Set<String> names = new HashSet<>();
    for (StoredFile file : manifest.files()) {
      if (!names.add(file.name())) {
        throw new DamagedFileException(manifestFile, "twice " + file.name(), "different names");
      }
      if (CheckpointManifest.STATE_FILE.equals(file.name())) {
        state = new String(Chunks.toBytes(bytes(folder, file)), StandardCharsets.UTF_8);
      } else {
        arrays.put(arrayName(manifestFile, file), bytes(folder, file));
      }
    }
    if (state == null) {
      throw new DamagedFileException(
          manifestFile, "no entry " + CheckpointManifest.STATE_FILE, "one");
    }
    return new CheckpointContent(manifest.round(), state, arrays);
  }

  /** Reads a file whole and compares. */
  void verify(Path folder, StoredFile file) throws IOException, DamagedFileException {
    Path path = new Path(folder, file.name());
    MessageDigest digest = Checksum.sha256();
    byte[] buffer = new byte[1 << 16];
    long bytes = 0;
    try (FSDataInputStream in = fileSystem.open(path)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        bytes += n;
      }
    } catch (IOException e) {
      throw asDamage(path, e);
    }
    compare(path, bytes + " bytes", file.bytes() + " bytes");
    compare(path, "sha256 " + Checksum.hexadecimal(digest), "sha256 " + file.sha256());
  }

  private CheckpointManifest manifest(Path file) throws IOException, DamagedFileException {
    byte[] text;
    try (FSDataInputStream in = fileSystem.open(file)) {
      text = in.readAllBytes();
    } catch (IOException e) {
      throw asDamage(file, e);
    }
    String content = new String(text, StandardCharsets.UTF_8);
    // A number that damage made is no newer version: the checksum of one of those is right.
    damagedWhere(file, () -> SelfChecksum.require(content, false, file));
    refuseNewer(content, file);
    List<CheckpointManifest> read = new ArrayList<>();
    damagedWhere(
        file,
        () ->
            read.add(
                SignedJson.read(
                    content, CheckpointManifest.class, CheckpointManifest.SIGNED_SINCE, file)));
    return read.get(0);
  }

  private static void damagedWhere(Path file, Runnable reading) throws DamagedFileException {
    try {
      reading.run();
    } catch (StrataException e) {
      throw new DamagedFileException(
          file, e.found().orElse(e.what()), "the manifest of a checkpoint");
    }
  }

  private static void refuseNewer(String text, Path file) throws DamagedFileException {
    int version;
    try {
      version = Json.mapper().readTree(text).path("formatVersion").asInt(0);
    } catch (JsonProcessingException e) {
      throw new DamagedFileException(
          file, text.length() + " bytes that are no manifest", "the manifest of a checkpoint");
    }
    if (version > CheckpointManifest.FORMAT_VERSION) {
      throw StrataException.data("the checkpoint was written by a newer version of Strata")
          .file(file)
          .found("format version " + version)
          .expected(
              "at most "
                  + CheckpointManifest.FORMAT_VERSION
                  + "; go on with the version that wrote it")
          .build();
    }
  }

  private byte[][] bytes(Path folder, StoredFile file) throws IOException, DamagedFileException {
    Path path = new Path(folder, file.name());
    requireLengths(new Path(folder, CheckpointManifest.FILE_NAME), file);
    MessageDigest digest = Checksum.sha256();
    byte[][] chunks = new byte[file.chunks().size()][];
    try {
      // before any buffer is allocated, so that a damaged manifest cannot ask for more than there
      // is
      compare(path, fileSystem.getFileStatus(path).getLen() + " bytes", file.bytes() + " bytes");
      try (FSDataInputStream in = fileSystem.open(path)) {
        for (int c = 0; c < chunks.length; c++) {
          chunks[c] = new byte[file.chunks().get(c)];
          in.readFully(chunks[c]);
          digest.update(chunks[c]);
        }
      }
    } catch (IOException e) {
      throw asDamage(path, e);
    }
    compare(path, "sha256 " + Checksum.hexadecimal(digest), "sha256 " + file.sha256());
    return chunks;
  }

  private static void requireLengths(Path manifestFile, StoredFile file)
      throws DamagedFileException {
    List<Integer> chunks = file.chunks();
    boolean possible = chunks.stream().allMatch(length -> length != null && length >= 0);
    if (!possible || chunks.stream().mapToLong(Integer::longValue).sum() != file.bytes()) {
      throw new DamagedFileException(
          manifestFile,
          "chunks " + chunks + " of " + file.name(),
          "lengths that add up to " + file.bytes());
    }
  }

  private static String arrayName(Path manifestFile, StoredFile file) throws DamagedFileException {
    String suffix = CheckpointManifest.ARRAY_SUFFIX;
    String name = file.name();
    if (name == null
        || !name.endsWith(suffix)
        || !CheckpointContent.isName(name.substring(0, name.length() - suffix.length()))) {
      throw new DamagedFileException(manifestFile, "a file named " + name, "the name of an array");
    }
    return name.substring(0, name.length() - suffix.length());
  }

  private static void compare(Path path, String found, String expected)
      throws DamagedFileException {
    if (!found.equals(expected)) {
      throw new DamagedFileException(path, found, expected);
    }
  }

  /**
   * Content that is gone or wrong is damage; a store that does not answer is not, and is thrown on.
   */
  private static DamagedFileException asDamage(Path path, IOException thrown) throws IOException {
    if (thrown instanceof FileNotFoundException) {
      return new DamagedFileException(path, "no such file", "the file as written");
    }
    if (OutputFiles.saysDamaged(thrown)) {
      return new DamagedFileException(path, thrown.getMessage(), "the file as written");
    }
    throw thrown;
  }
}
