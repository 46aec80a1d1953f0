package dev.strata.driver.data;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Opens a source as a DataFrame with all its columns. */
public final class SourceReader {
  private SourceReader() {}

  public static Dataset<Row> read(
      SparkSession spark, DataSettings settings, SourceSettings source) {
    throw new UnsupportedOperationException();
  }
}
