package dev.strata.driver.lease;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
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
interface ClaimPort {
  /** Whether this call created the file; false where there was one. */
  boolean create(String name, byte[] content) throws IOException;

  /** Creates or replaces the file; its modification time becomes now. */
  void write(String name, byte[] content) throws IOException;

  /** Empty where there is no such file. */
  Optional<byte[]> read(String name) throws IOException;

  /** Milliseconds by the store's own clock; empty where there is no such file. */
  Optional<Long> modified(String name) throws IOException;

  /** Names in no particular order. */
  List<String> list() throws IOException;

  /** Nothing happens where there is no such file. */
  void delete(String name) throws IOException;

  /**
   * The port for a folder, which is created.
   *
   * @throws StrataException (configuration) for a store that is not known to have exclusive
   *     creation
   */
  static ClaimPort of(Configuration configuration, Path folder) {
    try {
      FileSystem fileSystem = folder.getFileSystem(configuration);
      Path qualified = fileSystem.makeQualified(folder);
      String scheme = String.valueOf(qualified.toUri().getScheme());
      switch (scheme) {
        case "file":
          // Hadoop's local create(overwrite = false) looks first and creates then: two can win
          return new LocalClaims(Paths.get(qualified.toUri().getPath()));
        case "hdfs":
          fileSystem.mkdirs(qualified);
          return new HdfsClaims(fileSystem, qualified);
        case "viewfs":
          fileSystem.mkdirs(qualified);
          return of(configuration, fileSystem.resolvePath(qualified));
        default:
          throw StrataException.configuration(
                  "the store of output.dir has no exclusive creation, so that two runs on one output cannot be told apart")
              .key("output.lease")
              .file(qualified.getParent())
              .found("exclusive, on " + scheme + ":")
              .expected(
                  "a local or HDFS folder; or output.lease = none, if you see to it that one run writes there")
              .build();
      }
    } catch (IOException e) {
      throw OutputFiles.readFailure(folder, e);
    }
  }
}
