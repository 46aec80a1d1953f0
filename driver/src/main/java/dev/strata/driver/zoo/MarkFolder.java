package dev.strata.driver.zoo;

import dev.strata.driver.lock.ClaimPort;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder of small files, each created by one caller alone; read on any store. */
final class MarkFolder {
  private final Configuration configuration;
  private final Path folder;

  MarkFolder(Configuration configuration, Path folder) {
    this.configuration = configuration;
    this.folder = folder;
  }

  Path path() {
    return folder;
  }

  /** Names in no particular order; none where there is no such folder. */
  List<String> names() {
    try {
      FileSystem fileSystem = OutputFiles.plain(Storage.of(folder, configuration));
      return Arrays.stream(fileSystem.listStatus(folder))
          .map(status -> status.getPath().getName())
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(Zoo.KEY, folder, e);
    }
  }

  /**
   * Whether this call created the file; false where there was one.
   *
   * @throws StrataException (configuration) on a store that has no exclusive creation; (cluster)
   *     where it fails otherwise
   */
  boolean create(String name, byte[] content) {
    try {
      return port().create(name, content);
    } catch (IOException | FSError e) {
      throw failure(name, e);
    }
  }

  private ClaimPort port() {
    try {
      return ClaimPort.of(configuration, folder).orElseThrow(() -> readOnly(folder));
    } catch (StrataException e) {
      throw OutputFiles.isDenied(e) ? OutputFiles.readFailure(Zoo.KEY, folder, e.getCause()) : e;
    }
  }

  static StrataException readOnly(Path folder) {
    return StrataException.configuration(
            "the store of the zoo does not support exclusive creation, which publishing needs")
        .key(Zoo.KEY)
        .found(folder)
        .expected("a local or HDFS folder; on any other store a zoo is read-only")
        .build();
  }

  private StrataException failure(String name, Throwable thrown) {
    if (OutputFiles.isDenied(thrown)) {
      return OutputFiles.readFailure(Zoo.KEY, new Path(folder, name), thrown);
    }
    return StrataException.cluster("cannot write to the zoo")
        .file(new Path(folder, name))
        .found(OutputFiles.reason(thrown))
        .cause(thrown)
        .build();
  }
}
