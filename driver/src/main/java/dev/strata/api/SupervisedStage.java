package dev.strata.api;

import dev.strata.driver.job.FineTuneJob;
import dev.strata.driver.job.RunJob;
import dev.strata.driver.job.TrainJob;
import dev.strata.driver.models.ModelBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Training on labelled rows: a network of dense layers from random weights (the job {@code train});
 * or, where a model is given, that model's layers with new ones on top ({@code fine-tune}).
 *
 * <p>Params beside those of {@link TrainingStage}:
 *
 * <ul>
 *   <li>{@code labelCol} (label), {@code predictionCol} (prediction), {@code weightCol}: column of
 *       row weights ({@code data.weight})
 *   <li>{@code hiddenUnits}: widths of the hidden layers, bottom to top; one of 100 where neither
 *       it nor a model is set, none on top of a model. {@code activation} of them (relu)
 *   <li>{@code updater} ({@code network.updater.type}), {@code learningRate} ({@code
 *       network.updater.learning-rate}), {@code l2} ({@code network.l2})
 *   <li>{@code model}: folder of a finished run or of a bundle, or {@code zoo:NAME} of {@code zoo};
 *       or {@link #setEncoder a fitted encoder}. {@code freeze}: number of its bottom layers to
 *       freeze, or the name of the topmost frozen layer. The model's own preprocessing is applied;
 *       {@code scaling} is not used
 * </ul>
 *
 * @param <M> what it fits
 * @param <S> the stage's own type
 */
public abstract class SupervisedStage<M extends Model<M>, S extends SupervisedStage<M, S>>
    extends TrainingStage<M, S> {
  private static final long serialVersionUID = 1L;
  private static final int[] HIDDEN_UNITS = {100};

  private final Param<String> labelCol;
  private final Param<String> predictionCol;
  private final Param<String> weightCol;
  private final IntArrayParam hiddenUnits;
  private final Param<String> activation;
  private final Param<String> updater;
  private final DoubleParam learningRate;
  private final DoubleParam l2;
  private final Param<String> model;
  private final Param<String> zoo;
  private final Param<String> freeze;
  private transient EncoderModel encoder;

  SupervisedStage(String uid) {
    super(uid);
    labelCol = keyed(new Param<>(this, "labelCol", "column of the label"), "data.label");
    predictionCol = new Param<>(this, "predictionCol", "column that the prediction goes to");
    weightCol = new Param<>(this, "weightCol", "column of row weights");
    hiddenUnits = new IntArrayParam(this, "hiddenUnits", "widths of hidden layers");
    activation = new Param<>(this, "activation", "activation function of the hidden layers");
    updater = word("updater", "updater", "network.updater.type");
    learningRate =
        number("learningRate", "learning rate of the updater", "network.updater.learning-rate");
    l2 = number("l2", "L2 regularization: factor of half the sum of squared weights", "network.l2");
    model = new Param<>(this, "model", "folder of a run or bundle, or a name in the zoo");
    zoo = new Param<>(this, "zoo", "folder of the model zoo");
    freeze =
        new Param<>(
            this,
            "freeze",
            "number of bottom layers to freeze, or name of the topmost frozen layer");
    setDefault(labelCol, "label");
    setDefault(predictionCol, "prediction");
    setDefault(weightCol, "");
    setDefault(activation, "relu");
    setDefault(model, "");
    setDefault(zoo, "");
    setDefault(freeze, ReferenceDefaults.text("fine-tune.freeze"));
  }

  /** {@code class} or {@code value}. */
  abstract String labelKind();

  @Override
  RunJob job() {
    return tunes() ? new FineTuneJob() : new TrainJob();
  }

  private boolean tunes() {
    return encoder != null || !text(model).isEmpty();
  }

  @Override
  Optional<ModelBundle> parent(SparkSession spark) {
    if (encoder != null) {
      return Optional.of(encoder.bundle());
    }
    return text(model).isEmpty()
        ? Optional.empty()
        : Optional.of(NamedBundle.open(spark, text(model), text(zoo)).bundle());
  }

  @Override
  String parentFolder(Configuration hadoop, String folder) {
    return encoder == null ? text(model) : encoder.writeBundle(hadoop, folder + "/encoder");
  }

  @Override
  void configure(StageSettings settings, Optional<ModelBundle> parent) {
    settings.with("data.label", text(labelCol)).with("data.label-kind", labelKind());
    if (!text(weightCol).isEmpty()) {
      settings.with("data.weight", text(weightCol));
    }
    int[] units = parent.isPresent() ? new int[0] : HIDDEN_UNITS;
    if (isDefined(hiddenUnits)) {
      units = getOrDefault(hiddenUnits);
    }
    List<Map<String, Object>> layers = new ArrayList<>();
    for (int width : units) {
      layers.add(Map.of("type", "dense", "units", width, "activation", text(activation)));
    }
    layers.add(Map.of("type", "output"));
    settings.with("network.layers", layers);
    if (parent.isPresent()) {
      // the model's own preprocessing is applied
      settings.with("data.scaling", ReferenceDefaults.text("data.scaling"));
      settings.with("fine-tune.freeze", text(freeze));
      if (!text(zoo).isEmpty()) {
        settings.with("zoo.path", text(zoo));
      }
    }
  }

  @Override
  List<Column> columns(StructType schema) {
    List<Column> columns = new ArrayList<>(List.of(ModelInput.column(text(labelCol))));
    if (!text(weightCol).isEmpty()) {
      ModelInput.require(schema, "weightCol", text(weightCol));
      columns.add(ModelInput.column(text(weightCol)));
    }
    return columns;
  }

  @Override
  public S copy(org.apache.spark.ml.param.ParamMap extra) {
    S copy = super.copy(extra);
    ((SupervisedStage<M, S>) copy).encoder = encoder;
    return copy;
  }

  public Param<String> labelCol() {
    return labelCol;
  }

  public Param<String> predictionCol() {
    return predictionCol;
  }

  public Param<String> weightCol() {
    return weightCol;
  }

  public IntArrayParam hiddenUnits() {
    return hiddenUnits;
  }

  public Param<String> activation() {
    return activation;
  }

  public Param<String> updater() {
    return updater;
  }

  public DoubleParam learningRate() {
    return learningRate;
  }

  public DoubleParam l2() {
    return l2;
  }

  public Param<String> model() {
    return model;
  }

  public Param<String> zoo() {
    return zoo;
  }

  public Param<String> freeze() {
    return freeze;
  }

  public S setLabelCol(String value) {
    return with(labelCol, value);
  }

  public S setPredictionCol(String value) {
    return with(predictionCol, value);
  }

  public S setWeightCol(String value) {
    return with(weightCol, value);
  }

  public S setHiddenUnits(int... value) {
    return with(hiddenUnits, value);
  }

  public S setActivation(String value) {
    return with(activation, value);
  }

  public S setUpdater(String value) {
    return with(updater, value);
  }

  public S setLearningRate(double value) {
    return with(learningRate, (Object) value);
  }

  public S setL2(double value) {
    return with(l2, (Object) value);
  }

  public S setModel(String value) {
    return with(model, value);
  }

  public S setZoo(String value) {
    return with(zoo, value);
  }

  public S setFreeze(String value) {
    return with(freeze, value);
  }

  /**
   * The model to fine-tune, as it was fitted; wins over {@code model}. It is not saved with this
   * stage.
   */
  @SuppressWarnings("unchecked")
  public S setEncoder(EncoderModel value) {
    encoder = value;
    return (S) this;
  }
}
