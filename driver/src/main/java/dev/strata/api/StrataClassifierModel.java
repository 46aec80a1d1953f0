package dev.strata.api;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.preprocess.RowLayout;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * What {@link StrataClassifier} learned: adds a vector of probabilities, element i for class i, and
 * the number of the most probable class. Saved, it holds the model itself, a bundle that every
 * command takes.
 */
public final class StrataClassifierModel extends Model<StrataClassifierModel>
    implements ClassifierColumns, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final transient ModelBundle bundle;
  private final transient TrainingSummary summary;
  private final Param<String> featuresCol;
  private final Param<String> labelCol;
  private final Param<String> predictionCol;
  private final Param<String> probabilityCol;
  private final Param<String> rawPredictionCol;

  /**
   * @param summary of the fit; null where the model was loaded
   */
  StrataClassifierModel(String uid, ModelBundle bundle, TrainingSummary summary) {
    this.uid = uid;
    this.bundle = bundle;
    this.summary = summary;
    rawPredictionCol =
        new Param<>(this, "rawPredictionCol", "vector of the probabilities' logarithms");
    setDefault(rawPredictionCol, "rawPrediction");
    featuresCol = new Param<>(this, "featuresCol", "vector or array of numbers");
    labelCol = new Param<>(this, "labelCol", "class index, from 0");
    predictionCol = new Param<>(this, "predictionCol", "predicted class index");
    probabilityCol = new Param<>(this, "probabilityCol", "vector of class probabilities");
    setDefault(featuresCol, "features");
    setDefault(labelCol, "label");
    setDefault(predictionCol, "prediction");
    setDefault(probabilityCol, "probability");
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Param<String> featuresCol() {
    return featuresCol;
  }

  public Param<String> labelCol() {
    return labelCol;
  }

  @Override
  public Param<String> predictionCol() {
    return predictionCol;
  }

  @Override
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  @Override
  public Param<String> rawPredictionCol() {
    return rawPredictionCol;
  }

  public StrataClassifierModel setRawPredictionCol(String value) {
    return (StrataClassifierModel)
        set(rawPredictionCol, ParamValues.require(rawPredictionCol, value));
  }

  public StrataClassifierModel setFeaturesCol(String value) {
    return (StrataClassifierModel) set(featuresCol, ParamValues.require(featuresCol, value));
  }

  public StrataClassifierModel setPredictionCol(String value) {
    return (StrataClassifierModel) set(predictionCol, ParamValues.require(predictionCol, value));
  }

  public StrataClassifierModel setProbabilityCol(String value) {
    return (StrataClassifierModel) set(probabilityCol, ParamValues.require(probabilityCol, value));
  }

  ModelBundle bundle() {
    return bundle;
  }

  /** Of network and parameters: equal models have equal ones. */
  public String modelSha256() {
    return bundle.model().sha256();
  }

  /** As a handle without columns. */
  public StrataModel model() {
    return new StrataModel(bundle);
  }

  /** Losses, metrics and speed of the fit; empty where the model was loaded. */
  public Optional<TrainingSummary> summary() {
    return Optional.ofNullable(summary);
  }

  /** Classes that labels may have: one more than the greatest. */
  public int numClasses() {
    return ClassNumbers.of(bundle.preprocessing().classes()).count();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Dataset<Row> rows = dataset.toDF();
    String probability = getProbabilityCol();
    ClassNumbers classes = ClassNumbers.of(bundle.preprocessing().classes());
    Dataset<Row> predicted = ModelOutputs.of(bundle, layout(), rows, probability);
    Dataset<Row> ordered =
        predicted.withColumn(
            probability, classes.ordered().apply(SourceColumns.column(probability)));
    String raw = getRawPredictionCol();
    Dataset<Row> scored =
        raw.isEmpty()
            ? ordered
            : ordered
                .withColumn(raw, ClassNumbers.logarithms().apply(SourceColumns.column(probability)))
                // raw scores stand before the probabilities, as with Spark's classifiers
                .select(order(rows.columns(), raw, probability));
    return scored.withColumn(
        getPredictionCol(), ClassNumbers.greatest().apply(SourceColumns.column(probability)));
  }

  private static Column[] order(String[] before, String... added) {
    return Stream.concat(Arrays.stream(before), Arrays.stream(added))
        .map(SourceColumns::column)
        .toArray(Column[]::new);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    SourceRowReader.of(schema, layout());
    return ClassifierSchema.transformed(schema, this);
  }

  private RowLayout layout() {
    boolean one = bundle.preprocessing().layout().sources().size() == 1;
    return ModelInput.layout(bundle.preprocessing(), one ? getFeaturesCol() : "");
  }

  @Override
  public StrataClassifierModel copy(ParamMap extra) {
    StrataClassifierModel copy = new StrataClassifierModel(uid, bundle, summary);
    return (StrataClassifierModel) copyValues(copy, extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new BundleStageWriter(this, this::bundle);
  }

  public static MLReader<StrataClassifierModel> read() {
    return new Reader();
  }

  public static StrataClassifierModel load(String path) {
    return read().load(path);
  }

  private static final class Reader extends MLReader<StrataClassifierModel> {
    @Override
    public StrataClassifierModel load(String path) {
      var metadata = SavedBundle.metadata(path, sc(), StrataClassifierModel.class);
      StrataClassifierModel model =
          new StrataClassifierModel(metadata.uid(), SavedBundle.read(path, sc()), null);
      SavedBundle.setParams(metadata, model);
      return model;
    }
  }
}
