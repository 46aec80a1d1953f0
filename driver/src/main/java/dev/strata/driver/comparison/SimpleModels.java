package dev.strata.driver.comparison;

import dev.strata.driver.split.Folds;
import dev.strata.executor.trial.TrialScore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.GBTClassifier;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.GBTRegressor;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.RandomForestRegressor;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Spark ML's models on rows that are encoded as for a network, each with two settings. Numbers of
 * partitions follow from the rows, so that a fit does not depend on the cluster.
 */
final class SimpleModels {
  private static final String LABEL = "label";
  private static final String FEATURES = "features";
  private static final String WEIGHT = "weight";
  private static final String PREDICTION = "prediction";
  private static final String PROBABILITY = "probability";
  private static final int ROWS_PER_PARTITION = 5000;
  private static final int BOOSTING_ROUNDS = 50;

  /** As ND4J's cross-entropy holds probabilities. */
  private static final double LEAST_PROBABILITY = 1e-10;

  private final SparkSession spark;
  private final LabelledRows rows;
  private final long seed;

  SimpleModels(SparkSession spark, LabelledRows rows, long seed) {
    this.spark = spark;
    this.rows = rows;
    this.seed = seed;
  }

  /**
   * One way to fit a method.
   *
   * @param words what differs from the other one
   * @param value of that
   */
  record Setting(Method method, String words, double value) {}

  /** Empty where Spark ML cannot fit the method to these labels. */
  static List<Setting> settings(Method method, int classes) {
    return switch (method) {
      case LOGISTIC_REGRESSION ->
          List.of(
              new Setting(method, "l2 penalty 0.001", 0.001),
              new Setting(method, "l2 penalty 0.1", 0.1));
      case RANDOM_FOREST ->
          List.of(new Setting(method, "depth 5", 5), new Setting(method, "depth 12", 12));
      case GRADIENT_BOOSTED_TREES ->
          classes > 2
              ? List.of()
              : List.of(new Setting(method, "depth 2", 2), new Setting(method, "depth 4", 4));
      default -> throw new IllegalArgumentException(method + " is a network");
    };
  }

  /** Fits to all folds but one, and scores on that one. */
  TrialScore score(Setting setting, Folds folds, int fold) {
    Dataset<Row> training = frame(folds.others(fold)).cache();
    try {
      Model<?> model =
          rows.classes() > 0 ? classifier(setting, training) : regressor(setting, training);
      List<Row> scored = model.transform(frame(folds.heldOut(fold))).collectAsList();
      return rows.classes() > 0 ? classes(scored) : values(scored);
    } finally {
      training.unpersist();
    }
  }

  /** The score of one prediction for all rows of a fold: the shares of the classes, or the mean. */
  TrialScore constant(Folds folds, int fold) {
    int[] others = folds.others(fold);
    int[] held = folds.heldOut(fold);
    if (rows.classes() == 0) {
      double mean = IntStream.of(others).mapToDouble(row -> rows.labels()[row]).average().orElse(0);
      double squares =
          IntStream.of(held)
              .mapToDouble(row -> (rows.labels()[row] - mean) * (rows.labels()[row] - mean))
              .average()
              .orElse(0);
      return new TrialScore(1, squares, Math.sqrt(squares));
    }
    double[] shares = new double[rows.classes()];
    for (int row : others) {
      shares[(int) rows.labels()[row]] += 1.0 / others.length;
    }
    int commonest =
        IntStream.range(0, shares.length).reduce(0, (a, b) -> shares[b] > shares[a] ? b : a);
    double misses = 0;
    double loss = 0;
    for (int row : held) {
      misses += rows.labels()[row] == commonest ? 0 : 1;
      loss -= Math.log(Math.max(shares[(int) rows.labels()[row]], LEAST_PROBABILITY));
    }
    return new TrialScore(1, loss / held.length, misses / held.length);
  }

  private Model<?> classifier(Setting setting, Dataset<Row> training) {
    return switch (setting.method()) {
      case LOGISTIC_REGRESSION ->
          new LogisticRegression()
              .setFamily("multinomial")
              .setRegParam(setting.value())
              .setWeightCol(WEIGHT)
              .fit(training);
      case RANDOM_FOREST ->
          new RandomForestClassifier()
              .setNumTrees(100)
              .setMaxDepth((int) setting.value())
              .setWeightCol(WEIGHT)
              .setSeed(seed)
              .fit(training);
      default ->
          new GBTClassifier()
              .setMaxIter(BOOSTING_ROUNDS)
              .setMaxDepth((int) setting.value())
              .setWeightCol(WEIGHT)
              .setSeed(seed)
              .fit(training);
    };
  }

  private Model<?> regressor(Setting setting, Dataset<Row> training) {
    return switch (setting.method()) {
      case LOGISTIC_REGRESSION ->
          new LinearRegression().setRegParam(setting.value()).setWeightCol(WEIGHT).fit(training);
      case RANDOM_FOREST ->
          new RandomForestRegressor()
              .setNumTrees(100)
              .setMaxDepth((int) setting.value())
              .setWeightCol(WEIGHT)
              .setSeed(seed)
              .fit(training);
      default ->
          new GBTRegressor()
              .setMaxIter(BOOSTING_ROUNDS)
              .setMaxDepth((int) setting.value())
              .setWeightCol(WEIGHT)
              .setSeed(seed)
              .fit(training);
    };
  }

  private static TrialScore classes(List<Row> scored) {
    double misses = 0;
    double loss = 0;
    for (Row row : scored) {
      double label = row.getDouble(row.fieldIndex(LABEL));
      misses += row.getDouble(row.fieldIndex(PREDICTION)) == label ? 0 : 1;
      Vector probabilities = row.getAs(PROBABILITY);
      // Spark ML knows no class above the highest label that it was fitted to.
      double probability = label < probabilities.size() ? probabilities.apply((int) label) : 0;
      loss -= Math.log(Math.max(probability, LEAST_PROBABILITY));
    }
    return new TrialScore(1, loss / scored.size(), misses / scored.size());
  }

  private static TrialScore values(List<Row> scored) {
    double squares = 0;
    for (Row row : scored) {
      double difference =
          row.getDouble(row.fieldIndex(PREDICTION)) - row.getDouble(row.fieldIndex(LABEL));
      squares += difference * difference;
    }
    return new TrialScore(1, squares / scored.size(), Math.sqrt(squares / scored.size()));
  }

  private Dataset<Row> frame(int[] numbers) {
    List<Row> list = new ArrayList<>();
    for (int row : numbers) {
      float[] features = rows.features()[row];
      double[] values = new double[features.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = features[i];
      }
      list.add(RowFactory.create(rows.labels()[row], Vectors.dense(values), rows.weights()[row]));
    }
    int partitions = (numbers.length + ROWS_PER_PARTITION - 1) / ROWS_PER_PARTITION;
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return spark.createDataFrame(context.parallelize(list, partitions), SCHEMA);
  }

  private static final StructType SCHEMA =
      new StructType(
          new StructField[] {
            DataTypes.createStructField(LABEL, DataTypes.DoubleType, false),
            DataTypes.createStructField(FEATURES, new VectorUDT(), false),
            DataTypes.createStructField(WEIGHT, DataTypes.DoubleType, false)
          });
}
