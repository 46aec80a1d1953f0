package dev.strata.api;

import dev.strata.driver.models.ModelBundle;
import java.util.function.Supplier;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.MLWriter;

/** Saves a stage and its model in ML format. */
final class BundleStageWriter extends MLWriter {
  private final Params stage;
  private final Supplier<ModelBundle> bundle;

  BundleStageWriter(Params stage, Supplier<ModelBundle> bundle) {
    this.stage = stage;
    this.bundle = bundle;
  }

  @Override
  public void saveImpl(String path) {
    SavedBundle.write(stage, bundle.get(), path, sc());
  }
}
