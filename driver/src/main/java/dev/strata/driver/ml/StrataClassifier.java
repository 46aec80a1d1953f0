package dev.strata.driver.ml;

import org.apache.spark.ml.util.MLReader;

/**
 * The name under which earlier versions saved a {@link dev.strata.api.StrataClassifier}: pipelines
 * of theirs are read by it.
 */
public final class StrataClassifier {
  private StrataClassifier() {}

  public static MLReader<dev.strata.api.StrataClassifier> read() {
    return dev.strata.api.StrataClassifier.read();
  }
}
