package dev.strata.api;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** Columns of a classifier and of what it learned, named as Spark's own classifiers name theirs. */
interface ClassifierColumns extends Params {
  Param<String> featuresCol();

  Param<String> predictionCol();

  Param<String> probabilityCol();

  Param<String> rawPredictionCol();

  default String getRawPredictionCol() {
    return (String) getOrDefault(rawPredictionCol());
  }

  default String getFeaturesCol() {
    return (String) getOrDefault(featuresCol());
  }

  default String getPredictionCol() {
    return (String) getOrDefault(predictionCol());
  }

  default String getProbabilityCol() {
    return (String) getOrDefault(probabilityCol());
  }
}
