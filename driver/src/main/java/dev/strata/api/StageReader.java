package dev.strata.api;

import java.util.function.Function;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import scala.Option;

/** Reads a stage that is its params alone; the saved class may have had another name. */
final class StageReader<S extends Params> extends MLReader<S> {
  private final Function<String, S> stage;

  /**
   * @param stage uid → the stage
   */
  StageReader(Function<String, S> stage) {
    this.stage = stage;
  }

  @Override
  public S load(String path) {
    DefaultParamsReader.Metadata metadata = DefaultParamsReader.loadMetadata(path, sc(), "");
    S read = stage.apply(metadata.uid());
    metadata.getAndSetParams(read, Option.empty());
    return read;
  }
}
