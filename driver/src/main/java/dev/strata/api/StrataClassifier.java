package dev.strata.api;

import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.failure.StrataException;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A classifier: a network of dense layers from random weights, or the layers of a pretrained model
 * with new ones on top. Labels are numbers of classes, as {@code StringIndexer} makes them.
 *
 * <p>Params of {@link SupervisedStage} and {@link TrainingStage}; and {@code probabilityCol}
 * (probability), {@code rawPredictionCol} (rawPrediction; empty: no such column): columns of
 * vectors, element i for class i.
 */
public class StrataClassifier extends SupervisedStage<StrataClassifierModel, StrataClassifier>
    implements ClassifierColumns {
  private static final long serialVersionUID = 1L;

  private final Param<String> probabilityCol;
  private final Param<String> rawPredictionCol;

  public StrataClassifier() {
    this(Identifiable$.MODULE$.randomUID("strataClassifier"));
  }

  public StrataClassifier(String uid) {
    super(uid);
    probabilityCol = new Param<>(this, "probabilityCol", "vector of class probabilities");
    rawPredictionCol =
        new Param<>(this, "rawPredictionCol", "vector of the probabilities' logarithms");
    setDefault(probabilityCol, "probability");
    setDefault(rawPredictionCol, "rawPrediction");
  }

  @Override
  String labelKind() {
    return "class";
  }

  @Override
  void check(Dataset<Row> rows) {
    ClassNumbers.require(rows, text(labelCol()));
  }

  @Override
  StrataClassifierModel fitted(ModelBundle bundle, TrainingSummary summary) {
    return new StrataClassifierModel(uid(), bundle, summary);
  }

  /**
   * @throws StrataException (data) where there is no label; (configuration) where it is no number,
   *     or where a column is there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    ClassifierSchema.requireLabel(schema, text(labelCol()));
    return ClassifierSchema.transformed(schema, this);
  }

  public static MLReader<StrataClassifier> read() {
    return new StageReader<>(StrataClassifier.class, StrataClassifier::new);
  }

  public static StrataClassifier load(String path) {
    return read().load(path);
  }

  @Override
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  @Override
  public Param<String> rawPredictionCol() {
    return rawPredictionCol;
  }

  public StrataClassifier setProbabilityCol(String value) {
    return with(probabilityCol, value);
  }

  public StrataClassifier setRawPredictionCol(String value) {
    return with(rawPredictionCol, value);
  }
}
