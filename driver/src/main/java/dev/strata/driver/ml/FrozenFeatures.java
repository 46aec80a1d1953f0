package dev.strata.driver.ml;

import org.apache.spark.ml.util.MLReader;

/**
 * The name under which earlier versions saved a {@link dev.strata.api.FrozenFeatures}: pipelines of
 * theirs are read by it.
 */
public final class FrozenFeatures {
  private FrozenFeatures() {}

  public static MLReader<dev.strata.api.FrozenFeatures> read() {
    return dev.strata.api.FrozenFeatures.read();
  }
}
