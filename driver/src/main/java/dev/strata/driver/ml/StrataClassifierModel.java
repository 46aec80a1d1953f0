package dev.strata.driver.ml;

import org.apache.spark.ml.util.MLReader;

/**
 * The name under which earlier versions saved a {@link dev.strata.api.StrataClassifierModel}:
 * pipelines of theirs are read by it.
 */
public final class StrataClassifierModel {
  private StrataClassifierModel() {}

  public static MLReader<dev.strata.api.StrataClassifierModel> read() {
    return dev.strata.api.StrataClassifierModel.read();
  }
}
