package dev.strata.api;

import java.util.function.Function;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import scala.Option;

/** Reads a stage that is its params alone; the saved class may have had another name. */
final class StageReader<S extends Params> extends MLReader<S> {
  private final Class<?> type;
  private final Function<String, S> stage;

  /**
   * @param type whose name was saved
   * @param stage uid → the stage
   */
  StageReader(Class<?> type, Function<String, S> stage) {
    this.type = type;
    this.stage = stage;
  }

  @Override
  public S load(String path) {
    DefaultParamsReader.Metadata metadata = SavedBundle.metadata(path, sc(), type);
    S read = stage.apply(metadata.uid());
    metadata.getAndSetParams(read, Option.empty());
    return read;
  }
}
