package dev.strata.driver.teacher;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.PredictionModel;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.GBTClassifier;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.GBTRegressor;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.RandomForestRegressor;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Fits models of Spark ML to labelled rows. The rows are one partition: random numbers and sums of
 * Spark ML depend on partitions, and the same rows and seed must give the same model on every
 * cluster.
 */
final class ModelFit {
  private static final String LABEL = "label";
  private static final String FEATURES = "features";
  private static final int FOREST_DEPTH = 12;
  private static final int BOOSTED_DEPTH = 3;
  private static final double BOOSTING_STEP = 0.1;
  private static final int LINEAR_ITERATIONS = 200;

  private final SparkSession spark;
  private final LabelledRows rows;
  private final Trees trees;
  private final long seed;

  /**
   * Numbers of trees.
   *
   * @param forest of a random forest
   * @param boosted of gradient-boosted trees
   */
  record Trees(int forest, int boosted) {
    static final Trees USUAL = new Trees(200, 50);
  }

  ModelFit(SparkSession spark, LabelledRows rows, Trees trees, long seed) {
    this.spark = spark;
    this.trees = trees;
    this.rows = rows;
    this.seed = seed;
  }

  /**
   * @param models in the order of the result
   * @param without rows of this fold are left out
   */
  List<Opinion> fit(List<TeacherModel> models, int[] folds, int without) {
    List<Row> chosen = new ArrayList<>();
    for (int i = 0; i < rows.count(); i++) {
      if (folds[i] != without) {
        chosen.add(RowFactory.create(rows.labels()[i], vector(rows.features()[i])));
      }
    }
    Dataset<Row> table = spark.createDataFrame(chosen, schema()).coalesce(1).cache();
    try {
      // As in the usual form of a penalty: ½‖w‖² beside the sum of the losses.
      double penalty = 1.0 / chosen.size();
      return models.stream()
          .map(
              model ->
                  rows.classes() > 0
                      ? classifier(model, table, penalty)
                      : regression(model, table, penalty))
          .toList();
    } finally {
      table.unpersist();
    }
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
          new StructField(FEATURES, SQLDataTypes.VectorType(), false, Metadata.empty())
        });
  }

  private Opinion classifier(TeacherModel model, Dataset<Row> table, double penalty) {
    return probabilities(
        switch (model) {
          case RANDOM_FOREST ->
              new RandomForestClassifier()
                  .setNumTrees(trees.forest())
                  .setMaxDepth(FOREST_DEPTH)
                  .setSeed(seed)
                  .fit(table);
          case GRADIENT_BOOSTING ->
              new GBTClassifier()
                  .setMaxIter(trees.boosted())
                  .setMaxDepth(BOOSTED_DEPTH)
                  .setStepSize(BOOSTING_STEP)
                  .setSeed(seed)
                  .fit(table);
          case LINEAR ->
              new LogisticRegression()
                  .setRegParam(penalty)
                  .setStandardization(false)
                  .setMaxIter(LINEAR_ITERATIONS)
                  .fit(table);
        });
  }

  private Opinion regression(TeacherModel model, Dataset<Row> table, double penalty) {
    return value(
        switch (model) {
          case RANDOM_FOREST ->
              new RandomForestRegressor()
                  .setNumTrees(trees.forest())
                  .setMaxDepth(FOREST_DEPTH)
                  .setSeed(seed)
                  .fit(table);
          case GRADIENT_BOOSTING ->
              new GBTRegressor()
                  .setMaxIter(trees.boosted())
                  .setMaxDepth(BOOSTED_DEPTH)
                  .setStepSize(BOOSTING_STEP)
                  .setSeed(seed)
                  .fit(table);
          case LINEAR ->
              new LinearRegression()
                  .setRegParam(penalty)
                  .setStandardization(false)
                  .setMaxIter(LINEAR_ITERATIONS)
                  .fit(table);
        });
  }

  private static Opinion probabilities(ProbabilisticClassificationModel<Vector, ?> model) {
    return row -> model.predictProbability(row).toArray();
  }

  private static Opinion value(PredictionModel<Vector, ?> model) {
    return row -> new double[] {model.predict(row)};
  }

  static Vector vector(float[] row) {
    double[] values = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      values[i] = row[i];
    }
    return Vectors.dense(values);
  }
}
