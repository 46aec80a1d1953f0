package dev.strata.driver.ml;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingSettings.ReducerKind;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.ClippingSettings;
import dev.strata.executor.network.LayerSettings;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.ScheduleSettings;
import dev.strata.executor.network.UpdaterSettings;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Scaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Training as an estimator of Spark ML, on all rows of a DataFrame: a network of dense layers from
 * fresh weights, or, where {@code model} is set, that model's layers with new ones on top. Labels
 * are numbers of classes, as {@code StringIndexer} makes them; rows, seed and {@code workers}
 * decide the model, not the DataFrame's partitions.
 *
 * <ul>
 *   <li>{@code featuresCol}, {@code labelCol}, {@code predictionCol}, {@code probabilityCol}
 *   <li>{@code hiddenUnits}: widths of hidden layers, bottom to top; one of 100 where neither it
 *       nor a model is set, none on top of a model. {@code activation} of them (relu)
 *   <li>{@code updater} (adam), {@code learningRate} (0.001), {@code l2} (0), {@code epochs} (10),
 *       {@code batchSize} of a worker (128), {@code workers} (2), {@code averagingEvery} (10)
 *   <li>{@code scaling} of the features: none, standard or min-max; a model's own is applied as it
 *       is
 *   <li>{@code model}: folder of a finished run or of a bundle, or {@code zoo:NAME} with {@code
 *       zoo}; {@code freeze}: so many of its lowest layers, or the name up to which they stay as
 *       they are
 *   <li>{@code workFolder}: seen by driver and executors, for what is only needed while fitting
 * </ul>
 */
public final class StrataClassifier extends ClassifierParams implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final long DRIVER_LIMIT = 4L << 30;

  public StrataClassifier() {
    this(Identifiable$.MODULE$.randomUID("strataClassifier"));
  }

  public StrataClassifier(String uid) {
    super(uid);
  }

  public StrataClassifier setFeaturesCol(String value) {
    return (StrataClassifier) set(featuresCol(), value);
  }

  public StrataClassifier setLabelCol(String value) {
    return (StrataClassifier) set(labelCol(), value);
  }

  public StrataClassifier setPredictionCol(String value) {
    return (StrataClassifier) set(predictionCol(), value);
  }

  public StrataClassifier setProbabilityCol(String value) {
    return (StrataClassifier) set(probabilityCol(), value);
  }

  public StrataClassifier setHiddenUnits(int... value) {
    return (StrataClassifier) set(hiddenUnits(), value);
  }

  public StrataClassifier setActivation(String value) {
    return (StrataClassifier) set(activation(), value);
  }

  public StrataClassifier setUpdater(String value) {
    return (StrataClassifier) set(updater(), value);
  }

  public StrataClassifier setLearningRate(double value) {
    return (StrataClassifier) set(learningRate(), value);
  }

  public StrataClassifier setL2(double value) {
    return (StrataClassifier) set(l2(), value);
  }

  public StrataClassifier setEpochs(int value) {
    return (StrataClassifier) set(epochs(), value);
  }

  public StrataClassifier setBatchSize(int value) {
    return (StrataClassifier) set(batchSize(), value);
  }

  public StrataClassifier setWorkers(int value) {
    return (StrataClassifier) set(workers(), value);
  }

  public StrataClassifier setAveragingEvery(int value) {
    return (StrataClassifier) set(averagingEvery(), value);
  }

  public StrataClassifier setScaling(String value) {
    return (StrataClassifier) set(scaling(), value);
  }

  public StrataClassifier setSeed(long value) {
    return (StrataClassifier) set(seed(), value);
  }

  public StrataClassifier setModel(String value) {
    return (StrataClassifier) set(model(), value);
  }

  public StrataClassifier setZoo(String value) {
    return (StrataClassifier) set(zoo(), value);
  }

  public StrataClassifier setFreeze(String value) {
    return (StrataClassifier) set(freeze(), value);
  }

  public StrataClassifier setWorkFolder(String value) {
    return (StrataClassifier) set(workFolder(), value);
  }

  /**
   * @throws StrataException (configuration) for params that do not go together; (data) for rows
   *     that cannot be learned from; (diverged) where the loss does
   */
  @Override
  public StrataClassifierModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    BlasThreads.single();
    SparkSession spark = dataset.sparkSession();
    Optional<ModelBundle> tuned = tuned(spark);
    Dataset<Row> rows = rows(dataset.toDF(), tuned);
    // It is read several times, and may be the end of a long pipeline.
    boolean keep = dataset.storageLevel().equals(StorageLevel.NONE());
    if (keep) {
      rows.persist(StorageLevel.MEMORY_AND_DISK());
    }
    String view = "strata_fit_" + UUID.randomUUID().toString().replace("-", "");
    rows.createOrReplaceTempView(view);
    try (FitFolder folder = FitFolder.create(spark, text(workFolder()))) {
      ModelBundle bundle =
          new ClassifierTraining(spark, settings(tuned.isPresent()), folder.path().toString())
              .train(view, text(labelCol()), tuned);
      StrataClassifierModel fitted = new StrataClassifierModel(uid(), bundle);
      return (StrataClassifierModel) copyValues(fitted.setParent(this), new ParamMap());
    } finally {
      spark.catalog().dropTempView(view);
      if (keep) {
        rows.unpersist();
      }
    }
  }

  @Override
  public StructType transformSchema(StructType schema) {
    ClassifierSchema.requireLabel(schema, text(labelCol()));
    return ClassifierSchema.transformed(schema, this);
  }

  @Override
  public StrataClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  public static MLReader<StrataClassifier> read() {
    return new DefaultParamsReader<>();
  }

  public static StrataClassifier load(String path) {
    return read().load(path);
  }

  private Optional<ModelBundle> tuned(SparkSession spark) {
    return text(model()).isEmpty()
        ? Optional.empty()
        : Optional.of(NamedBundle.open(spark, text(model()), text(zoo())).bundle());
  }

  /** Label and features alone; the features under the model's name, if it reads just one. */
  private Dataset<Row> rows(Dataset<Row> rows, Optional<ModelBundle> tuned) {
    Column label = functions.col(text(labelCol()));
    List<Column> columns = new ArrayList<>(List.of(label));
    List<FeatureColumn> own =
        tuned.map(bundle -> bundle.preprocessing().layout().features()).orElse(List.of());
    if (own.size() > 1) {
      own.forEach(feature -> columns.add(functions.col("`" + feature.name() + "`")));
    } else {
      String name = own.isEmpty() ? text(featuresCol()) : own.get(0).name();
      columns.add(functions.col(text(featuresCol())).as(name));
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  private ClassifierSettings settings(boolean tunes) {
    return new ClassifierSettings(
        network(tunes),
        new TrainingSettings(
            (Integer) getOrDefault(workers()),
            (Integer) getOrDefault(batchSize()),
            OptionalInt.empty(),
            (Integer) getOrDefault(epochs()),
            0,
            4,
            new TrainingSettings.EarlyStopping(0, "loss", 0),
            TrainingSettings.KeepModel.LAST,
            1000),
        new AveragingSettings(
            (Integer) getOrDefault(averagingEvery()),
            OptimizerState.AVERAGE,
            ReducerKind.AUTO,
            DRIVER_LIMIT),
        Scaling.valueOf(text(scaling()).toUpperCase(Locale.ROOT).replace('-', '_')),
        text(freeze()),
        (Long) getOrDefault(seed()),
        texts());
  }

  private NetworkSettings network(boolean tunes) {
    int[] widths =
        isDefined(hiddenUnits())
            ? getOrDefault(hiddenUnits())
            : tunes ? new int[0] : new int[] {100};
    List<LayerSettings> layers = new ArrayList<>();
    Arrays.stream(widths).forEach(w -> layers.add(LayerSettings.dense(w, text(activation()))));
    layers.add(LayerSettings.output());
    return new NetworkSettings(
        Optional.empty(),
        layers,
        Optional.empty(),
        UpdaterSettings.of(text(updater()), (Double) getOrDefault(learningRate())),
        ScheduleSettings.none(),
        ClippingSettings.none(),
        0,
        (Double) getOrDefault(l2()),
        0,
        Optional.empty());
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>();
    for (Param<?> param : params()) {
      if (isDefined(param)) {
        Object value = getOrDefault(param);
        texts.put(
            param.name(),
            value instanceof int[] widths ? Arrays.toString(widths) : String.valueOf(value));
      }
    }
    return texts;
  }
}
