package dev.strata.api;

import dev.strata.driver.job.JobOutput;
import dev.strata.driver.job.JobRunner;
import dev.strata.driver.job.RunJob;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.History;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * An estimator that runs one of Strata's training jobs on the rows of a DataFrame. Rows, settings
 * and seed decide the model, not the DataFrame's partitions or the order of its rows.
 *
 * <p>Params, with the key of the configuration that each one sets; where nothing else is said the
 * default is that of {@code conf/reference.conf}:
 *
 * <ul>
 *   <li>{@code featuresCol} (features): column of vectors or arrays; or {@code featureCols},
 *       columns of numbers and texts ({@code data.features})
 *   <li>{@code validationIndicatorCol}: column of Booleans, true for rows that are held out
 *   <li>{@code scaling} ({@code data.scaling}): auto, none, standard, min-max, robust, log,
 *       quantile-normal or piecewise-linear
 *   <li>{@code epochs} ({@code training.epochs}), {@code batchSize} of a worker ({@code
 *       training.batch-size}), {@code workers} ({@code training.workers}), {@code averagingEvery}
 *       minibatches ({@code averaging.every}), {@code seed} ({@code seed})
 *   <li>{@code settings}: any other keys, each {@code key=value} as {@code --set} of the command
 *       line takes it; they win over the params
 *   <li>{@code outputDir}: folder of the run, with its checkpoints, model and report; the same fit
 *       resumes an interrupted run there and returns a finished one. Not set: a folder in {@code
 *       workFolder} (default: {@code /tmp} on the default file system) that is removed when the fit
 *       ends, as cross-validation needs it
 * </ul>
 *
 * @param <M> what it fits
 * @param <S> the stage's own type
 */
public abstract class TrainingStage<M extends Model<M>, S extends TrainingStage<M, S>>
    extends Estimator<M> implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Map<String, String> keys = new LinkedHashMap<>();
  private final Param<String> featuresCol;
  private final StringArrayParam featureCols;
  private final Param<String> validationIndicatorCol;
  private final Param<String> scaling;
  private final IntParam epochs;
  private final IntParam batchSize;
  private final IntParam workers;
  private final IntParam averagingEvery;
  private final LongParam seed;
  private final StringArrayParam settings;
  private final Param<String> outputDir;
  private final Param<String> workFolder;

  TrainingStage(String uid) {
    this.uid = uid;
    featuresCol = new Param<>(this, "featuresCol", "column of vectors or arrays of numbers");
    featureCols = new StringArrayParam(this, "featureCols", "columns, in place of featuresCol");
    validationIndicatorCol =
        new Param<>(this, "validationIndicatorCol", "column of Booleans: true for held-out rows");
    scaling =
        keyed(
            new Param<>(
                this,
                "scaling",
                "scaling of the features: auto, none, standard, min-max, robust, log, quantile-normal or"
                    + " piecewise-linear",
                ParamValidators.inArray(
                    new String[] {
                      "auto",
                      "none",
                      "standard",
                      "min-max",
                      "robust",
                      "log",
                      "quantile-normal",
                      "piecewise-linear"
                    })),
            "data.scaling");
    epochs = integer("epochs", "number of epochs", "training.epochs");
    batchSize = integer("batchSize", "minibatch size per worker", "training.batch-size");
    workers = integer("workers", "number of workers", "training.workers");
    averagingEvery = integer("averagingEvery", "minibatches per round", "averaging.every");
    seed = keyed(new LongParam(this, "seed", "random seed"), "seed");
    settings = new StringArrayParam(this, "settings", "other keys, each key=value");
    outputDir = new Param<>(this, "outputDir", "folder of the run");
    workFolder =
        new Param<>(this, "workFolder", "work folder that driver and executors can read and write");
    setDefault(featuresCol, "features");
    setDefault(featureCols, new String[0]);
    setDefault(validationIndicatorCol, "");
    setDefault(scaling, ReferenceDefaults.text("data.scaling"));
    setDefault(seed, ReferenceDefaults.longInteger("seed"));
    setDefault(settings, new String[0]);
    setDefault(outputDir, "");
    setDefault(workFolder, "");
  }

  /** The job that fits. */
  abstract RunJob job();

  /** Adds settings that follow from several params. */
  abstract void configure(StageSettings settings, Optional<ModelBundle> parent);

  /** Columns besides the features: param → column. */
  abstract Map<String, String> columns();

  /** The fitted stage. */
  abstract M fitted(ModelBundle bundle, TrainingSummary summary);

  /** The model that training starts from. */
  Optional<ModelBundle> parent(SparkSession spark) {
    return Optional.empty();
  }

  /**
   * Where the parent model lies for the job.
   *
   * @param folder of this fit
   */
  String parentFolder(Configuration hadoop, String folder) {
    throw new IllegalStateException("a stage without a parent model");
  }

  /** Refuses rows that the job could only refuse after training. */
  void check(Dataset<Row> rows) {}

  /**
   * @throws dev.strata.executor.failure.StrataException (configuration) for params that do not go
   *     together; (data) for rows that cannot be learned from; (diverged) where the loss does
   */
  @Override
  public M fit(Dataset<?> dataset) {
    if (dataset == null) {
      throw StrataException.configuration("there is no DataFrame to train on")
          .found("null")
          .expected("a DataFrame")
          .build();
    }
    transformSchema(dataset.schema());
    BlasThreads.single();
    SparkSession spark = dataset.sparkSession();
    Optional<ModelBundle> parent = parent(spark);
    try (FitFolder folder = FitFolder.create(spark, text(workFolder), text(outputDir));
        FitRows rows = FitRows.of(selected(dataset.toDF(), parent), folder)) {
      check(rows.rows());
      if (!folder.isTemporary()) {
        rows.identify();
      }
      StageSettings all = settings(parent);
      all.with("output.dir", folder.path().toString()).with("data.table", rows.view());
      if (folder.isTemporary()) {
        // one fit alone knows of it, and no store needs exclusive creation for it
        all.with("output.lease", "none");
      }
      parent.ifPresent(
          model -> all.with("model", parentFolder(folder.hadoop(), folder.path().toString())));
      RunResult result =
          JobRunner.run(job(), all.lines(), spark, JobOutput.silent(!folder.isTemporary()));
      ModelBundle bundle = BundleReader.open(folder.hadoop(), result.modelPath(), "outputDir");
      RunFolder run = RunFolder.of(folder.hadoop(), folder.path().toString());
      M fitted = fitted(bundle, new TrainingSummary(result, History.read(run)));
      return copyValues(fitted.setParent(this), new ParamMap());
    }
  }

  private StageSettings settings(Optional<ModelBundle> parent) {
    StageSettings all = new StageSettings();
    keys.forEach(
        (name, key) -> {
          Param<?> param = getParam(name);
          if (isSet(param)) {
            all.with(key, get(param).get());
          }
        });
    if (!text(validationIndicatorCol).isEmpty()) {
      all.with("data.split.by", "column")
          .with("data.split.column", text(validationIndicatorCol))
          .with(
              "data.split.values",
              Map.of("train", List.of("false"), "validation", List.of("true"), "test", List.of()));
    }
    configure(all, parent);
    ParamValues.requireOther(getOrDefault(settings));
    return all.with(getOrDefault(settings));
  }

  /** Only what the job reads, the features under the parent model's name if it reads just one. */
  private Dataset<Row> selected(Dataset<Row> rows, Optional<ModelBundle> parent) {
    SelectedColumns columns = new SelectedColumns(rows);
    columns().forEach(columns::add);
    if (!text(validationIndicatorCol).isEmpty()) {
      columns.add(validationIndicatorCol.name(), text(validationIndicatorCol));
    }
    String[] named = getOrDefault(featureCols);
    String param = named.length == 0 ? featuresCol.name() : featureCols.name();
    ModelInput.features(parent.map(ModelBundle::preprocessing), text(featuresCol), List.of(named))
        .forEach((name, as) -> columns.add(param, name, as));
    return columns.select();
  }

  /** A param that sets a key of the configuration. */
  final <P extends Param<?>> P keyed(P param, String key) {
    keys.put(param.name(), key);
    return param;
  }

  final IntParam integer(String name, String doc, String key) {
    IntParam param =
        keyed(new IntParam(this, name, doc + ", at least 1", ParamValidators.gtEq(1)), key);
    setDefault(param, ReferenceDefaults.integer(key));
    return param;
  }

  final DoubleParam number(String name, String doc, String key) {
    DoubleParam param =
        keyed(new DoubleParam(this, name, doc + ", at least 0", ParamValidators.gtEq(0)), key);
    setDefault(param, ReferenceDefaults.number(key));
    return param;
  }

  final Param<String> word(String name, String doc, String key) {
    Param<String> param = keyed(new Param<>(this, name, doc), key);
    setDefault(param, ReferenceDefaults.text(key));
    return param;
  }

  final String text(Param<String> param) {
    return getOrDefault(param);
  }

  @SuppressWarnings("unchecked")
  final <T> S with(Param<T> param, T value) {
    return (S) set(param, ParamValues.require(param, value));
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  @SuppressWarnings("unchecked")
  public S copy(ParamMap extra) {
    return (S) this.<S>defaultCopy(extra);
  }

  public Param<String> featuresCol() {
    return featuresCol;
  }

  public StringArrayParam featureCols() {
    return featureCols;
  }

  public Param<String> validationIndicatorCol() {
    return validationIndicatorCol;
  }

  public Param<String> scaling() {
    return scaling;
  }

  public IntParam epochs() {
    return epochs;
  }

  public IntParam batchSize() {
    return batchSize;
  }

  public IntParam workers() {
    return workers;
  }

  public IntParam averagingEvery() {
    return averagingEvery;
  }

  public LongParam seed() {
    return seed;
  }

  public StringArrayParam settings() {
    return settings;
  }

  public Param<String> outputDir() {
    return outputDir;
  }

  public Param<String> workFolder() {
    return workFolder;
  }

  public S setFeaturesCol(String value) {
    return with(featuresCol, value);
  }

  public S setFeatureCols(String... values) {
    return with(featureCols, values);
  }

  public S setValidationIndicatorCol(String value) {
    return with(validationIndicatorCol, value);
  }

  public S setScaling(String value) {
    return with(scaling, value);
  }

  public S setEpochs(int value) {
    return with(epochs, (Object) value);
  }

  public S setBatchSize(int value) {
    return with(batchSize, (Object) value);
  }

  public S setWorkers(int value) {
    return with(workers, (Object) value);
  }

  public S setAveragingEvery(int value) {
    return with(averagingEvery, (Object) value);
  }

  public S setSeed(long value) {
    return with(seed, (Object) value);
  }

  /**
   * @param values other keys of the configuration, each {@code key=value}
   */
  public S setSettings(String... values) {
    return with(settings, values);
  }

  public S setOutputDir(String value) {
    return with(outputDir, value);
  }

  public S setWorkFolder(String value) {
    return with(workFolder, value);
  }

  /** {@inheritDoc} With the elements of arrays. */
  @Override
  public String explainParam(Param<?> param) {
    return ParamText.explain(this, param);
  }
}
