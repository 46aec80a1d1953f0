package dev.strata.driver.models;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes the files of a bundle somewhere else: each compared with the manifest while it passes and
 * read back afterwards, the manifest, byte for byte, last.
 */
final class BundleCopy {
  private static final int BUFFER = 1 << 16;

  private final Configuration configuration;
  private final Path target;

  BundleCopy(Configuration configuration, Path target) {
    this.configuration = configuration;
    this.target = target;
  }

  /** Where the bytes of a file come from. */
  @FunctionalInterface
  interface Files {
    InputStream open(String name) throws IOException;
  }

  /**
   * @param from named in errors
   * @return the files of the copy, the manifest last
   */
  List<StoredFile> of(BundleManifest manifest, Files source, Path from) {
    try {
      FileSystem fileSystem = Storage.of(target, configuration);
      fileSystem.delete(new Path(target, BundleManifest.FILE_NAME), false);
      List<StoredFile> written = new ArrayList<>();
      for (StoredFile expected : manifest.files()) {
        StoredFile copied = copy(fileSystem, expected.name(), source, from);
        BundleFolder.requireSame(new Path(from, expected.name()), copied, expected);
        written.add(copied);
      }
      for (StoredFile file : written) {
        requireReadBack(fileSystem, file);
      }
      written.add(copy(fileSystem, BundleManifest.FILE_NAME, source, from));
      requireReadBack(fileSystem, written.get(written.size() - 1));
      return written;
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(target, e);
    }
  }

  private StoredFile copy(FileSystem fileSystem, String name, Files source, Path from)
      throws IOException {
    MessageDigest digest = Checksum.sha256();
    InputStream opened;
    try {
      opened = source.open(name);
    } catch (IOException | FSError e) {
      throw BundleFolder.failure(new Path(from, name), null, e);
    }
    Path file = new Path(target, name);
    try (InputStream in = new DigestInputStream(opened, digest)) {
      FSDataOutputStream created = create(fileSystem, file);
      long[] bytes = {0};
      OutputFiles.write(created, out -> bytes[0] = pass(in, out, new Path(from, name)));
      return new StoredFile(name, bytes[0], Checksum.hexadecimal(digest));
    } catch (IOException | FSError e) {
      throw OutputFiles.writeFailure(fileSystem, file, "cannot write the model", e);
    }
  }

  private static FSDataOutputStream create(FileSystem fileSystem, Path file) throws IOException {
    return fileSystem.create(file, true);
  }

  private static long pass(InputStream in, FSDataOutputStream out, Path from) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long bytes = 0;
    while (true) {
      int read;
      try {
        read = in.read(buffer);
      } catch (IOException | FSError e) {
        throw BundleFolder.failure(from, null, e);
      }
      if (read < 0) {
        return bytes;
      }
      out.write(buffer, 0, read);
      bytes += read;
    }
  }

  private void requireReadBack(FileSystem fileSystem, StoredFile written) throws IOException {
    StoredFile found = BundleFiles.describe(fileSystem, target, written.name());
    if (!found.equals(written)) {
      throw StrataException.cluster("the copy differs from what was written")
          .file(new Path(target, written.name()))
          .found(found)
          .expected(written)
          .build();
    }
  }
}
