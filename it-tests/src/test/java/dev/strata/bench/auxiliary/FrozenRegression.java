package dev.strata.bench.auxiliary;

import static org.apache.spark.sql.functions.col;

import dev.strata.executor.pair.PairMeasures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Spark ML's logistic regression on features that {@code extract} has written beside the label. The
 * weight of its L2 penalty is chosen by the log loss of a cross-validation within the labelled
 * rows.
 */
final class FrozenRegression {
  private static final String INDEX = "label_index";
  private static final String FEATURES = "joined";
  private static final int FOLDS = 5;

  private final SparkSession session;
  private final String label;
  private final List<String> layers;
  private final double[] penalties;

  /**
   * @param layers columns of features, one after the other
   */
  FrozenRegression(SparkSession session, String label, List<String> layers, double[] penalties) {
    this.session = session;
    this.label = label;
    this.layers = List.copyOf(layers);
    this.penalties = penalties.clone();
  }

  /** Of the test rows. */
  TableScores.Score score(Path labelled, Path test) {
    Dataset<Row> training = rows(labelled);
    StringIndexerModel indexer =
        new StringIndexer()
            .setInputCol(label)
            .setOutputCol(INDEX)
            .setStringOrderType("alphabetAsc")
            .fit(training);
    LogisticRegression regression =
        new LogisticRegression().setFeaturesCol(FEATURES).setLabelCol(INDEX);
    LogisticRegressionModel model =
        (LogisticRegressionModel)
            new CrossValidator()
                .setEstimator(regression)
                .setEstimatorParamMaps(
                    new ParamGridBuilder().addGrid(regression.regParam(), penalties).build())
                .setEvaluator(
                    new MulticlassClassificationEvaluator()
                        .setLabelCol(INDEX)
                        .setMetricName("logLoss"))
                .setNumFolds(FOLDS)
                .setSeed(1)
                .fit(indexer.transform(training).coalesce(1).cache())
                .bestModel();
    List<Row> scored =
        model.transform(indexer.transform(rows(test))).select(INDEX, "probability").collectAsList();
    return score(scored, model.numClasses());
  }

  /**
   * ROC AUC and log loss of rows of the class's number and the probabilities; of more than two
   * classes the area is the mean over one against the rest.
   */
  static TableScores.Score score(List<Row> scored, int classes) {
    double sum = 0;
    int from = classes == 2 ? 1 : 0;
    for (int c = from; c < classes; c++) {
      sum += rocAuc(scored, c);
    }
    return new TableScores.Score(sum / (classes - from), logLoss(scored));
  }

  /** With probabilities held above the smallest float, as Strata's. */
  private static double logLoss(List<Row> scored) {
    double sum = 0;
    for (Row row : scored) {
      double probability = ((Vector) row.get(1)).apply((int) row.getDouble(0));
      sum -= Math.log(Math.max(probability, Float.MIN_NORMAL));
    }
    return sum / scored.size();
  }

  private Dataset<Row> rows(Path folder) {
    Dataset<Row> extracted =
        session
            .read()
            .parquet(folder.resolve("features").toString())
            .withColumn(label, col(label).cast("string"));
    return new VectorAssembler()
        .setInputCols(layers.toArray(new String[0]))
        .setOutputCol(FEATURES)
        .transform(extracted);
  }

  private static double rocAuc(List<Row> scored, int of) {
    List<Double> inside = new ArrayList<>();
    List<Double> outside = new ArrayList<>();
    for (Row row : scored) {
      double score = ((Vector) row.get(1)).apply(of);
      (row.getDouble(0) == of ? inside : outside).add(score);
    }
    return PairMeasures.rocAuc(
        outside.stream().mapToDouble(d -> d).toArray(),
        inside.stream().mapToDouble(d -> d).toArray());
  }
}
