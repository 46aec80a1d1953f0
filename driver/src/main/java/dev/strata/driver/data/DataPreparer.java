package dev.strata.driver.data;

import dev.strata.executor.preprocess.Preprocessing;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Sources → shards. */
public final class DataPreparer {
  private final SparkSession spark;

  public DataPreparer(SparkSession spark) {
    this.spark = spark;
  }

  public PreparedData prepare(
      DataSettings settings,
      String folder,
      int workers,
      long seed,
      Optional<Preprocessing> given) {
    throw new UnsupportedOperationException(spark.toString());
  }
}
