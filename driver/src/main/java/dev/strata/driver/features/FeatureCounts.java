package dev.strata.driver.features;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts of rows, over all tasks that were part of the result.
 *
 * @param read of the source
 * @param dropped left out because the model's policy for missing values says so
 * @param refused not what the model can take
 */
public record FeatureCounts(LongAccumulator read, LongAccumulator dropped, LongAccumulator refused)
    implements Serializable {
  /** All zero. */
  public static FeatureCounts in(SparkContext spark) {
    return new FeatureCounts(
        spark.longAccumulator(), spark.longAccumulator(), spark.longAccumulator());
  }
}
