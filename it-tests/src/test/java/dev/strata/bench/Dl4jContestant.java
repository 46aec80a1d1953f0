package dev.strata.bench;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;

/**
 * DL4J Spark's parameter averaging; the first epoch exports the minibatches, later ones read them.
 */
final class Dl4jContestant implements Contestant {
  private final SparkDl4jMultiLayer network;
  private final JavaRDD<DataSet> data;

  Dl4jContestant(JavaSparkContext spark, BenchData data, int every, boolean saveUpdater) {
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(2, BenchData.BATCH)
            .averagingFrequency(every)
            .batchSizePerWorker(BenchData.BATCH)
            .saveUpdater(saveUpdater)
            .workerPrefetchNumBatches(2)
            .rddTrainingApproach(RDDTrainingApproach.Export)
            .build();
    this.network = new SparkDl4jMultiLayer(spark, BenchData.network(), master);
    this.data = spark.parallelize(data.minibatches(), 2);
  }

  @Override
  public void epoch() {
    network.fit(data);
  }
}
