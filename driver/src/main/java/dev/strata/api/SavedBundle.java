package dev.strata.api;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import scala.Option;

/**
 * Stages of a pipeline that are a model: Spark's metadata, and the whole bundle beside it, so that
 * a saved pipeline needs nothing else.
 */
final class SavedBundle {
  private static final String FOLDER = "bundle";
  private static final String METADATA = "metadata";

  private SavedBundle() {}

  static void write(Params stage, ModelBundle bundle, String path, SparkContext spark) {
    DefaultParamsWriter.saveMetadata(stage, path, spark, Option.empty(), Option.empty());
    BundleWriter.write(
        spark.hadoopConfiguration(),
        new Path(path, FOLDER).toString(),
        bundle.model(),
        bundle.preprocessing(),
        bundle.provenance(),
        bundle.decoder());
  }

  /**
   * @throws dev.strata.executor.failure.StrataException (data) where the bundle is damaged
   */
  static ModelBundle read(String path, SparkContext spark) {
    return BundleReader.open(
        spark.hadoopConfiguration(), new Path(path, FOLDER).toString(), "path");
  }

  /**
   * Spark's metadata of a stage of that class, whose package may have been another when it was
   * saved.
   *
   * @throws StrataException (data) where there is none, or it is of another class
   */
  static DefaultParamsReader.Metadata metadata(String path, SparkContext spark, Class<?> stage) {
    requireMetadata(path, spark);
    DefaultParamsReader.Metadata metadata = DefaultParamsReader.loadMetadata(path, spark, "");
    if (!metadata.className().endsWith("." + stage.getSimpleName())) {
      throw StrataException.data("the folder holds another stage")
          .file(path)
          .found(metadata.className())
          .expected(stage.getName())
          .build();
    }
    return metadata;
  }

  private static void requireMetadata(String path, SparkContext spark) {
    Path file = new Path(path, METADATA);
    try {
      if (Storage.of(file, spark.hadoopConfiguration()).exists(file)) {
        return;
      }
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(file, e);
    }
    throw StrataException.data("the folder holds no saved stage")
        .file(path)
        .found("no folder " + METADATA)
        .expected("what save(…) of a stage wrote")
        .build();
  }

  /** Sets the stage's params as they were saved. */
  static void setParams(DefaultParamsReader.Metadata metadata, Params stage) {
    metadata.getAndSetParams(stage, Option.empty());
  }
}
