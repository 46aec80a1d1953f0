package dev.strata.driver.source;

import dev.strata.executor.preprocess.PlainText;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;

/**
 * Settings of the Spark session under which sources are read, so that one table gives the same rows
 * and values in every format. Spark has no options of a single read for these.
 */
final class ReaderSession {
  private static final String TYPES_OF_FOLDERS =
      "spark.sql.sources.partitionColumnTypeInference.enabled";

  private ReaderSession() {}

  /**
   * Keeps conditions out of the readers of Parquet and ORC. These compare doubles by their bits,
   * where -0.0 is less than 0.0, and skip rows that Spark's own {@code x >= 0} keeps. Folders that
   * a condition on partition columns rules out are still not read.
   */
  static void keepNegativeZeros(SparkSession spark) {
    RuntimeConfig session = spark.conf();
    session.set("spark.sql.parquet.filterPushdown", false);
    session.set("spark.sql.orc.filterPushdown", false);
  }

  /**
   * Keeps the names of partition folders text where Spark would take codes for numbers: it parses
   * them as Java's literals, where {@code 12D} and {@code 12F} are 12.0.
   *
   * @param files of the source that is read next
   */
  static void keepCodes(SparkSession spark, List<FileStatus> files) {
    spark.conf().set(TYPES_OF_FOLDERS, files.stream().noneMatch(f -> hasCode(f.getPath())));
  }

  private static boolean hasCode(Path file) {
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      String name = folder.getName();
      if (name.contains("=") && isCode(name.substring(name.indexOf('=') + 1))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isCode(String value) {
    if (PlainText.number(value).isPresent()) {
      return false;
    }
    try {
      Double.parseDouble(value);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
