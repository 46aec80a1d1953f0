package dev.strata.api;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.preprocess.RowLayout;
import java.util.Optional;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What {@link StrataRegressor} learned: adds the predicted number. Saved, it holds the model
 * itself, a bundle that every command takes.
 */
public final class StrataRegressionModel extends Model<StrataRegressionModel>
    implements MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final transient ModelBundle bundle;
  private final transient TrainingSummary summary;
  private final Param<String> featuresCol;
  private final Param<String> labelCol;
  private final Param<String> predictionCol;

  /**
   * @param summary of the fit; null where the model was loaded
   */
  StrataRegressionModel(String uid, ModelBundle bundle, TrainingSummary summary) {
    this.uid = uid;
    this.bundle = bundle;
    this.summary = summary;
    featuresCol = new Param<>(this, "featuresCol", "column of vectors or arrays of numbers");
    labelCol = new Param<>(this, "labelCol", "column of the label");
    predictionCol = new Param<>(this, "predictionCol", "column that the prediction goes to");
    setDefault(featuresCol, "features");
    setDefault(labelCol, "label");
    setDefault(predictionCol, "prediction");
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> featuresCol() {
    return featuresCol;
  }

  public Param<String> labelCol() {
    return labelCol;
  }

  public Param<String> predictionCol() {
    return predictionCol;
  }

  public StrataRegressionModel setFeaturesCol(String value) {
    return (StrataRegressionModel) set(featuresCol, ParamValues.require(featuresCol, value));
  }

  public StrataRegressionModel setPredictionCol(String value) {
    return (StrataRegressionModel) set(predictionCol, ParamValues.require(predictionCol, value));
  }

  /** As a handle without columns. */
  public StrataModel model() {
    return new StrataModel(bundle);
  }

  /** Losses, metrics and speed of the fit; empty where the model was loaded. */
  public Optional<TrainingSummary> summary() {
    return Optional.ofNullable(summary);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    String prediction = getOrDefault(predictionCol);
    UDF1<Vector, Double> first = vector -> vector.apply(0);
    return ModelOutputs.of(bundle, layout(), dataset.toDF(), prediction)
        .withColumn(
            prediction,
            functions.udf(first, DataTypes.DoubleType).apply(SourceColumns.column(prediction)));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    SourceRowReader.of(schema, layout());
    String prediction = getOrDefault(predictionCol);
    ClassifierSchema.requireNew(schema, "predictionCol", prediction);
    return schema.add(prediction, DataTypes.DoubleType, false);
  }

  private RowLayout layout() {
    boolean one = bundle.preprocessing().layout().sources().size() == 1;
    return ModelInput.layout(bundle.preprocessing(), one ? (String) getOrDefault(featuresCol) : "");
  }

  @Override
  public StrataRegressionModel copy(ParamMap extra) {
    StrataRegressionModel copy = new StrataRegressionModel(uid, bundle, summary);
    return (StrataRegressionModel) copyValues(copy, extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new BundleStageWriter(this, () -> bundle);
  }

  public static MLReader<StrataRegressionModel> read() {
    return new Reader();
  }

  public static StrataRegressionModel load(String path) {
    return read().load(path);
  }

  private static final class Reader extends MLReader<StrataRegressionModel> {
    @Override
    public StrataRegressionModel load(String path) {
      var metadata = SavedBundle.metadata(path, sc(), StrataRegressionModel.class);
      StrataRegressionModel model =
          new StrataRegressionModel(metadata.uid(), SavedBundle.read(path, sc()), null);
      SavedBundle.setParams(metadata, model);
      return model;
    }
  }
}
