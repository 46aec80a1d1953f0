package dev.strata.driver.testing;

import dev.strata.executor.storage.LocalDisk;
import org.apache.spark.sql.SparkSession;

/** The one local session that all tests of a JVM share. */
public final class LocalSpark {
  private static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[2]")
          .appName("strata-tests")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", "4")
          .config("spark.hadoop.fs.file.impl", LocalDisk.class.getName())
          .config("spark.hadoop.parquet.page.verify-checksum.enabled", "true")
          .config(
              "spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/strata-warehouse")
          .getOrCreate();

  private LocalSpark() {}

  public static SparkSession session() {
    return SESSION;
  }
}
