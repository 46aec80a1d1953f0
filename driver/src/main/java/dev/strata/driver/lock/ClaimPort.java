package dev.strata.driver.lock;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.nio.file.Paths;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files of one folder on a store where exactly one of many concurrent creations of a file succeeds.
 */
public interface ClaimPort {
  /** Whether this call created the file; false where there was one. */
  boolean create(String name, byte[] content) throws IOException;

  /** Creates or replaces the file; its modification time becomes now. */
  void write(String name, byte[] content) throws IOException;

  /** Empty where there is no such file, or none whose content the store can give. */
  Optional<byte[]> read(String name) throws IOException;

  /** Milliseconds by the store's own clock; empty where there is no such file. */
  Optional<Long> modified(String name) throws IOException;

  /** Names in no particular order. */
  List<String> list() throws IOException;

  /** Nothing happens where there is no such file. */
  void delete(String name) throws IOException;

  /**
   * The port for a folder, which is created; empty for a store that is not known to have exclusive
   * creation.
   *
   * @throws StrataException (cluster) where the folder cannot be made
   */
  static Optional<ClaimPort> of(Configuration configuration, Path folder) {
    try {
      FileSystem fileSystem = Storage.of(folder, configuration);
      Path qualified = fileSystem.makeQualified(folder);
      String scheme = String.valueOf(qualified.toUri().getScheme());
      switch (scheme) {
        case "file":
          // Hadoop's local create(overwrite = false) looks first and creates then: two can win
          return Optional.of(new LocalClaims(Paths.get(qualified.toUri().getPath())));
        case "hdfs":
          fileSystem.mkdirs(qualified);
          return Optional.of(new HdfsClaims(fileSystem, qualified));
        case "viewfs":
          fileSystem.mkdirs(qualified);
          return of(configuration, fileSystem.resolvePath(qualified));
        default:
          return Optional.empty();
      }
    } catch (IOException e) {
      throw OutputFiles.readFailure(folder, e);
    }
  }
}
