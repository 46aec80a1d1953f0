package dev.strata.driver.models;

import dev.strata.executor.shard.Checksum;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Lengths and checksums of files as they are. */
final class BundleFiles {
  private static final int BUFFER = 1 << 16;

  private BundleFiles() {}

  static StoredFile describe(FileSystem fileSystem, Path folder, String name) throws IOException {
    MessageDigest digest = Checksum.sha256();
    long bytes = 0;
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = new DigestInputStream(fileSystem.open(new Path(folder, name)), digest)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes += read;
      }
    }
    return new StoredFile(name, bytes, Checksum.hexadecimal(digest));
  }
}
