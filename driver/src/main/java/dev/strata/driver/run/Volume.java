package dev.strata.driver.run;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Paths;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Names the volume that holds a path: mount point and device of a local one, else the file system's
 * URI.
 */
final class Volume {
  private Volume() {}

  static String describe(FileSystem fileSystem, Path path) {
    try {
      Path qualified = fileSystem.makeQualified(path);
      if ("file".equals(qualified.toUri().getScheme())) {
        FileStore store = Files.getFileStore(existing(Paths.get(qualified.toUri().getPath())));
        return store + ", " + mebibytes(store.getUsableSpace()) + " free";
      }
      return fileSystem.getUri()
          + ", "
          + mebibytes(fileSystem.getStatus(qualified).getRemaining())
          + " free";
    } catch (IOException | RuntimeException e) {
      // the description belongs to a failure that is told anyway
      return String.valueOf(fileSystem.getUri());
    }
  }

  private static java.nio.file.Path existing(java.nio.file.Path path) {
    java.nio.file.Path at = path.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
