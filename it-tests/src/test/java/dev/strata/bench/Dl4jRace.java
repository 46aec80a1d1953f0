package dev.strata.bench;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;

/**
 * DL4J Spark's parameter averaging, Adam's state too, on minibatches that lie in files already, as
 * its Export approach writes them: their rows are drawn once, their order anew in each epoch.
 */
final class Dl4jRace implements Race {
  private final JavaSparkContext spark;
  private final BenchData data;
  private final int workers;
  private final Path folder;
  private final Map<Integer, List<String>> files = new HashMap<>();

  Dl4jRace(JavaSparkContext spark, BenchData data, int workers, Path folder) {
    this.spark = spark;
    this.data = data;
    this.workers = workers;
    this.folder = folder;
  }

  @Override
  public double run(Settings settings, long seed, Finish finish) {
    List<String> all = new ArrayList<>(files.computeIfAbsent(settings.batch(), this::exported));
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(workers, settings.batch())
            .averagingFrequency(settings.every())
            .batchSizePerWorker(settings.batch())
            .workerPrefetchNumBatches(2)
            .saveUpdater(true)
            .rngSeed(seed)
            .build();
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(
            spark, BenchData.network(seed, settings.rate()).getLayerWiseConfigurations(), master);
    finish.start();
    Random random = new Random(seed);
    for (int epoch = 0; epoch < finish.epochs(); epoch++) {
      Collections.shuffle(all, random);
      int size = workers * Finish.MINIBATCHES;
      for (int from = 0; from < all.size(); from += size) {
        List<String> some = all.subList(from, Math.min(all.size(), from + size));
        network.fitPaths(spark.parallelize(new ArrayList<>(some), workers));
        if (finish.isReached(network.getNetwork())) {
          return finish.seconds();
        }
      }
    }
    return Double.NaN;
  }

  private List<String> exported(int batch) {
    List<String> paths = new ArrayList<>();
    File to = folder.resolve("minibatches-of-" + batch).toFile();
    if (!to.mkdirs()) {
      throw new IllegalStateException(to + " is there already");
    }
    for (DataSet minibatch : data.shuffled(1).minibatches(batch)) {
      File file = new File(to, paths.size() + ".bin");
      minibatch.save(file);
      paths.add(file.toURI().toString());
    }
    return paths;
  }
}
