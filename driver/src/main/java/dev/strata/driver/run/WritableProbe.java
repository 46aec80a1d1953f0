package dev.strata.driver.run;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Finds out before hours of work whether a folder can be written: creates it, and a small file in
 * it.
 */
final class WritableProbe {
  private final Configuration configuration;
  private final Path folder;

  WritableProbe(Configuration configuration, Path folder) {
    this.configuration = configuration;
    this.folder = folder;
  }

  /**
   * @throws StrataException (configuration) where it cannot be written; (cluster) where it is full
   *     or its store does not answer
   */
  void run() {
    try {
      FileSystem fileSystem = Storage.of(folder, configuration);
      try {
        if (!fileSystem.mkdirs(folder)) {
          throw unwritable("cannot be created", null);
        }
        Path probe = new Path(folder, ".writable-" + UUID.randomUUID());
        try {
          OutputFiles.write(fileSystem.create(probe, false), out -> out.write('\n'));
        } finally {
          fileSystem.delete(probe, false);
        }
      } catch (IOException | FSError e) {
        if (OutputFiles.isFull(e) || OutputFiles.isTransient(e)) {
          throw OutputFiles.writeFailure(fileSystem, folder, "cannot write the output folder", e);
        }
        throw unwritable(OutputFiles.reason(e), e);
      }
    } catch (IOException e) {
      throw unwritable(OutputFiles.reason(e), e);
    }
  }

  private StrataException unwritable(String found, Throwable cause) {
    return StrataException.configuration("cannot write the output folder")
        .key("output.dir")
        .file(folder)
        .found(found)
        .expected(
            "a folder that can be created and written by "
                + System.getProperty("user.name", "this user"))
        .cause(cause)
        .build();
  }
}
