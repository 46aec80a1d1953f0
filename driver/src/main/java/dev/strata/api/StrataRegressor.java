package dev.strata.api;

import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.failure.StrataException;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A regressor of one number: a network of dense layers from random weights, or the layers of a
 * pretrained model with new ones on top, trained on squared errors.
 *
 * <p>Params of {@link SupervisedStage} and {@link TrainingStage}.
 */
public final class StrataRegressor extends SupervisedStage<StrataRegressionModel, StrataRegressor> {
  private static final long serialVersionUID = 1L;

  public StrataRegressor() {
    this(Identifiable$.MODULE$.randomUID("strataRegressor"));
  }

  public StrataRegressor(String uid) {
    super(uid);
  }

  @Override
  String labelKind() {
    return "value";
  }

  @Override
  StrataRegressionModel fitted(ModelBundle bundle, TrainingSummary summary) {
    return new StrataRegressionModel(uid(), bundle, summary);
  }

  /**
   * @throws StrataException (data) where there is no label; (configuration) where it is not a
   *     number, or where the column of predictions is there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    ClassifierSchema.requireLabel(schema, text(labelCol()));
    ClassifierSchema.requireNew(schema, "predictionCol", text(predictionCol()));
    return schema.add(text(predictionCol()), DataTypes.DoubleType, false);
  }

  public static MLReader<StrataRegressor> read() {
    return new StageReader<>(StrataRegressor.class, StrataRegressor::new);
  }

  public static StrataRegressor load(String path) {
    return read().load(path);
  }
}
