package dev.strata.executor.storage;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system, which sets permissions in this process.
 *
 * <p>Hadoop's own class sets the permissions of each new file and folder. Without Hadoop's native
 * library, which Spark's distributions lack, it starts the program {@code chmod} for that: once for
 * each file, once more for its hidden checksum file, 5 to 10 ms of processor time each. A
 * checkpoint has five files.
 */
public final class LocalDisk extends LocalFileSystem {
  public LocalDisk() {
    super(new Raw());
  }

  /** The same without checksum files. */
  private static final class Raw extends RawLocalFileSystem {
    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      try {
        Files.setAttribute(
            pathToFile(path).toPath(), "unix:mode", Integer.valueOf(permission.toShort()));
      } catch (UnsupportedOperationException | IllegalArgumentException e) {
        // A file system of Java's without Unix permissions.
        super.setPermission(path, permission);
      }
    }
  }
}
