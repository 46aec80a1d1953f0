package dev.strata.driver.simple;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.PredictionModel;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.classification.GBTClassifier;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.regression.DecisionTreeRegressionModel;
import org.apache.spark.ml.regression.GBTRegressionModel;
import org.apache.spark.ml.regression.GBTRegressor;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.RandomForestRegressor;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Fits models to chosen rows. These are one partition: random numbers and sums of Spark ML depend
 * on partitions, and the same rows and seed must give the same model on every cluster. A fit is
 * many small jobs of one task each, so that several fits run at once.
 */
public final class ModelFit implements AutoCloseable {
  private static final String LABEL = "label";
  private static final String FEATURES = "features";
  private static final String WEIGHT = "weight";

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final LabelledRows rows;
  private final long seed;

  // Spark would send the rows of a local collection along with each task of each job.
  private final Broadcast<float[][]> features;
  private final Broadcast<double[][]> labels;

  /**
   * @param seed of forests and boosting
   */
  public ModelFit(SparkSession session, LabelledRows rows, long seed) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.rows = rows;
    this.seed = seed;
    this.features = spark.broadcast(rows.features());
    this.labels = spark.broadcast(new double[][] {rows.labels(), rows.weights()});
  }

  /**
   * Fits one model.
   *
   * @param chosen numbers of the rows
   */
  public FittedModel fit(ModelSetting setting, int[] chosen) {
    return fit(setting.kind(), setting.parameters(chosen.length, seed), chosen);
  }

  /**
   * As above.
   *
   * @param parameters of Spark ML's estimator, by their names
   */
  FittedModel fit(ModelKind kind, Map<String, Object> parameters, int[] chosen) {
    Broadcast<int[]> numbers = spark.broadcast(chosen);
    try {
      LabelScale scale = scale(kind, chosen);
      JavaRDD<Row> table = table(spark, features, labels, numbers, scale);
      Estimator<?> estimator = estimator(kind);
      parameters.forEach((name, value) -> estimator.set(estimator.getParam(name), value));
      estimator.set(estimator.getParam("weightCol"), WEIGHT);
      FittedModel model = fitted(estimator.fit(session.createDataFrame(table, schema())));
      return scale == LabelScale.NONE
          ? model
          : row -> new double[] {scale.restored(model.of(row)[0])};
    } finally {
      numbers.destroy();
    }
  }

  /**
   * Does the pieces of a work of many fits, as many at once as Spark runs tasks.
   *
   * @param count of the pieces
   * @param piece what is done for each number from 0 on
   * @return the results in the order of the numbers
   */
  public <T> List<T> all(int count, IntFunction<T> piece) {
    int most = Math.max(1, Math.min(count, session.sparkContext().defaultParallelism()));
    // New threads: those of a common pool have another class loader than Spark's applications.
    ExecutorService threads = Executors.newFixedThreadPool(most);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int own = i;
        running.add(threads.submit(() -> piece.apply(own)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException own) {
        throw own;
      }
      throw new IllegalStateException("a simple model could not be fitted", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while simple models were fitted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Takes the rows back from the executors. */
  @Override
  public void close() {
    features.destroy();
    labels.destroy();
  }

  /**
   * Spark ML's linear regression divides its penalty by the labels' deviation. It gets labels of
   * deviation 1, so that the penalty does not depend on their unit.
   */
  private LabelScale scale(ModelKind kind, int[] chosen) {
    return kind == ModelKind.LINEAR && rows.classes() == 0
        ? LabelScale.of(rows, chosen)
        : LabelScale.NONE;
  }

  private static JavaRDD<Row> table(
      JavaSparkContext spark,
      Broadcast<float[][]> features,
      Broadcast<double[][]> labels,
      Broadcast<int[]> numbers,
      LabelScale scale) {
    return spark
        .parallelize(List.of(0), 1)
        .flatMap(one -> rows(features.value(), labels.value(), numbers.value(), scale).iterator());
  }

  private static Stream<Row> rows(
      float[][] features, double[][] labels, int[] numbers, LabelScale scale) {
    return IntStream.of(numbers)
        .mapToObj(
            row ->
                RowFactory.create(
                    scale.scaled(labels[0][row]),
                    LabelledRows.vector(features[row]),
                    labels[1][row]));
  }

  private StructType schema() {
    Metadata classes =
        rows.classes() > 0
            ? NominalAttribute.defaultAttr()
                .withName(LABEL)
                .withNumValues(rows.classes())
                .toMetadata()
            : Metadata.empty();
    return new StructType(
        new StructField[] {
          new StructField(LABEL, DataTypes.DoubleType, false, classes),
          new StructField(FEATURES, SQLDataTypes.VectorType(), false, Metadata.empty()),
          new StructField(WEIGHT, DataTypes.DoubleType, false, Metadata.empty())
        });
  }

  private Estimator<?> estimator(ModelKind kind) {
    boolean classes = rows.classes() > 0;
    return switch (kind) {
      case RANDOM_FOREST -> classes ? new RandomForestClassifier() : new RandomForestRegressor();
      case GRADIENT_BOOSTING -> classes ? new GBTClassifier() : new GBTRegressor();
      case LINEAR -> classes ? new LogisticRegression() : new LinearRegression();
    };
  }

  @SuppressWarnings("unchecked") // All estimators above take vectors.
  private FittedModel fitted(Object model) {
    if (model instanceof GBTClassificationModel boosted) {
      return boosted(boosted.trees(), boosted.treeWeights());
    }
    if (model instanceof GBTRegressionModel boosted) {
      return boosted(boosted.trees(), boosted.treeWeights());
    }
    if (rows.classes() > 0) {
      var own = (ProbabilisticClassificationModel<Vector, ?>) model;
      return row -> own.predictProbability(row).toArray();
    }
    var own = (PredictionModel<Vector, ?>) model;
    return row -> new double[] {own.predict(row)};
  }

  private BoostedModel boosted(DecisionTreeRegressionModel[] trees, double[] weights) {
    return new BoostedModel(trees, weights, trees.length, rows.classes());
  }
}
