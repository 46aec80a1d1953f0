package dev.strata.driver.ml;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** A folder of one fit, seen by the driver and all executors, and gone afterwards. */
record FitFolder(Configuration hadoop, Path path) implements AutoCloseable {
  private static final String KEY = "workFolder";

  /**
   * @param parent empty: {@code /tmp} on the default file system
   * @throws StrataException (configuration) where executors on other machines could not see it
   */
  static FitFolder create(SparkSession spark, String parent) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    Path within = new Path(parent.isEmpty() ? "/tmp" : parent);
    try {
      FileSystem files = within.getFileSystem(hadoop);
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
      return new FitFolder(hadoop, path);
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(within, e);
    }
  }

  @Override
  public void close() {
    try {
      path.getFileSystem(hadoop).delete(path, true);
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(path, e);
    }
  }
}
