package dev.strata.driver.ml;

import dev.strata.driver.data.SourceRowReader;
import dev.strata.driver.features.ExtractSettings;
import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.features.ExtractSettings.WriteMode;
import dev.strata.driver.features.FeatureColumns;
import dev.strata.driver.features.FeatureQuery;
import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.network.LayerActivations;
import dev.strata.executor.preprocess.RowLayout;
import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * What {@link StrataClassifier} learned: adds a vector of probabilities, element i for class i, and
 * the number of the most probable class. Saved, it holds the model itself, a bundle that every
 * command takes.
 */
public final class StrataClassifierModel extends Model<StrataClassifierModel>
    implements ClassifierColumns, MLWritable {
  private static final long serialVersionUID = 1L;
  private static final int ROWS_AT_ONCE = 1024;

  private final String uid;
  private final transient ModelBundle bundle;
  private final Param<String> featuresCol;
  private final Param<String> labelCol;
  private final Param<String> predictionCol;
  private final Param<String> probabilityCol;

  StrataClassifierModel(String uid, ModelBundle bundle) {
    this.uid = uid;
    this.bundle = bundle;
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

  public StrataClassifierModel setFeaturesCol(String value) {
    return (StrataClassifierModel) set(featuresCol, value);
  }

  public StrataClassifierModel setPredictionCol(String value) {
    return (StrataClassifierModel) set(predictionCol, value);
  }

  public StrataClassifierModel setProbabilityCol(String value) {
    return (StrataClassifierModel) set(probabilityCol, value);
  }

  /** Network, parameters, preprocessing and story. */
  public ModelBundle bundle() {
    return bundle;
  }

  /** Classes that labels may have: one more than the greatest. */
  public int numClasses() {
    return ClassNumbers.of(bundle.preprocessing().classes()).count();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Dataset<Row> rows = dataset.toDF();
    ExtractSettings settings =
        new ExtractSettings(
            List.of(LayerActivations.OUTPUT),
            ColumnType.VECTOR,
            false,
            false,
            ROWS_AT_ONCE,
            BadRows.FAIL,
            WriteMode.ERROR,
            List.of());
    String probability = getProbabilityCol();
    FeatureColumns columns =
        FeatureColumns.of(bundle, settings, "", List.of()).named(List.of(probability));
    ClassNumbers classes = ClassNumbers.of(bundle.preprocessing().classes());
    Dataset<Row> predicted =
        new FeatureQuery(
                rows,
                bundle,
                columns,
                SourceRowReader.of(rows.schema(), layout()),
                FeatureQuery.all(rows),
                ROWS_AT_ONCE,
                BadRows.FAIL)
            .lazily();
    return predicted
        .withColumn(probability, classes.ordered().apply(functions.col(probability)))
        .withColumn(getPredictionCol(), ClassNumbers.greatest().apply(functions.col(probability)));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    SourceRowReader.of(schema, layout());
    return ClassifierSchema.transformed(schema, this);
  }

  private RowLayout layout() {
    boolean one = bundle.preprocessing().layout().features().size() == 1;
    return ModelInput.layout(bundle.preprocessing(), one ? getFeaturesCol() : "");
  }

  @Override
  public StrataClassifierModel copy(ParamMap extra) {
    StrataClassifierModel copy = new StrataClassifierModel(uid, bundle);
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
          new StrataClassifierModel(metadata.uid(), SavedBundle.read(path, sc()));
      SavedBundle.setParams(metadata, model);
      return model;
    }
  }
}
