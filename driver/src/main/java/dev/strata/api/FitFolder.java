package dev.strata.api;

import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.spark.SparkCalls;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.sql.SparkSession;

/**
 * The folder of one fit, seen by the driver and all executors.
 *
 * @param isTemporary whether it is removed when the fit ends
 */
record FitFolder(Configuration hadoop, Path path, boolean isTemporary) implements AutoCloseable {
  private static final String KEY = "workFolder";

  /**
   * @param parent of a temporary folder; empty: {@code /tmp} on the default file system
   * @param output the folder that the user names; empty: a temporary one
   * @throws StrataException (configuration) where executors on other machines could not see it
   */
  static FitFolder create(SparkSession spark, String parent, String output) {
    Configuration hadoop = SparkCalls.hadoop(spark);
    if (!output.isEmpty()) {
      return new FitFolder(hadoop, RunFolder.of(hadoop, output).folder(), false);
    }
    try {
      Path within = new Path(parent.isEmpty() ? "/tmp" : parent);
      FileSystem files = Storage.of(within, hadoop);
      if (parent.isEmpty() && files instanceof LocalFileSystem && !spark.sparkContext().isLocal()) {
        throw StrataException.configuration(
                "the executors need a folder that all machines can access")
            .key(KEY)
            .found("none, and the default file system is local")
            .expected("a Hadoop URI, such as hdfs:///tmp")
            .build();
      }
      Path path = files.makeQualified(new Path(within, "strata-fit-" + UUID.randomUUID()));
      files.mkdirs(path);
      return new FitFolder(hadoop, path, true);
    } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
      throw StrataException.configuration("not a folder on a known file system")
          .key(KEY)
          .found(parent)
          .expected("a local path or a Hadoop URI, such as hdfs://host/folder")
          .cause(e)
          .build();
    } catch (ParentNotDirectoryException | FileAlreadyExistsException e) {
      throw StrataException.configuration("the work folder is a file")
          .key(KEY)
          .found(parent)
          .expected("a folder")
          .cause(e)
          .build();
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(new Path(parent.isEmpty() ? "/tmp" : parent), e);
    }
  }

  @Override
  public void close() {
    if (!isTemporary) {
      return;
    }
    try {
      Storage.of(path, hadoop).delete(path, true);
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(path, e);
    }
  }
}
