package dev.strata.driver.checkpoint;

import dev.strata.driver.checkpoint.CheckpointManifest.StoredFile;
import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.shard.SignedJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes one checkpoint into a new folder: its files, then their verification, then the manifest.
 */
final class CheckpointWriter {
  private final FileSystem fileSystem;

  CheckpointWriter(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /**
   * @throws DamagedFileException where what was written is not what can be read back
   */
  void write(Path folder, CheckpointContent content) throws IOException, DamagedFileException {
    List<StoredFile> files = new ArrayList<>();
    byte[] state = content.stateJson().getBytes(StandardCharsets.UTF_8);
    files.add(file(folder, CheckpointManifest.STATE_FILE, new byte[][] {state}));
    for (Map.Entry<String, byte[][]> array : content.arrays().entrySet()) {
      files.add(file(folder, array.getKey() + CheckpointManifest.ARRAY_SUFFIX, array.getValue()));
    }
    CheckpointReader reader = new CheckpointReader(fileSystem);
    for (StoredFile file : files) {
      reader.verify(folder, file);
    }
    CheckpointManifest manifest =
        new CheckpointManifest(CheckpointManifest.FORMAT_VERSION, content.round(), files);
    byte[] text = SignedJson.write(manifest).getBytes(StandardCharsets.UTF_8);
    reader.verify(folder, file(folder, CheckpointManifest.FILE_NAME, new byte[][] {text}));
  }

  private StoredFile file(Path folder, String name, byte[][] chunks) throws IOException {
    MessageDigest digest = Checksum.sha256();
    OutputFiles.write(
        fileSystem.create(new Path(folder, name), false),
        out -> {
          for (byte[] chunk : chunks) {
            digest.update(chunk);
            out.write(chunk);
          }
        });
    List<Integer> lengths = Arrays.stream(chunks).map(chunk -> chunk.length).toList();
    return new StoredFile(name, Chunks.bytes(chunks), Checksum.hexadecimal(digest), lengths);
  }
}
