package dev.strata.api.dl4j;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.driver.dl4j.ExampleFits;
import dev.strata.driver.dl4j.ExampleTraining.Settings;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.json.Json;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Strata's parameter averaging for programs with DL4J's {@code SparkDl4jMultiLayer} and {@code
 * SparkComputationGraph}: in place of {@code ParameterAveragingTrainingMaster}.
 *
 * <p>A fit is one epoch. The first fit on an RDD writes its examples to a temporary folder; later
 * ones read them there. Minibatches are made of examples, whatever the sizes of the {@code
 * DataSet}s and the partitions, and shuffled within each worker in each epoch. The same examples in
 * the same order, network and seed give the same bytes.
 *
 * <p>After every {@code averagingFrequency} minibatches of each worker, parameters and optimizer
 * state become their means over the workers, weighted by the examples that each has seen; running
 * statistics of batch normalization are pooled. The network's iteration counter counts minibatches
 * of a worker; {@code fit} advances the epoch counter. With plain SGD and a frequency of 1, N
 * workers with b examples each train as one machine does with N·b.
 *
 * <p>Listeners run on the driver, once after each averaging, and see the averaged network; they see
 * no activations or gradients.
 *
 * <p>Errors of configuration, data and training are {@code StrataException}s with what was found
 * and what was expected. An instance belongs to one thread at a time.
 */
public final class AveragingTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {
  private final Settings settings;
  private final Optional<String> exportDirectory;
  private final ExampleFits fits;
  private final RoundListeners listeners = new RoundListeners();

  /**
   * With the network's seed and a folder of Hadoop's.
   *
   * @param workers N, at least 1: tasks that train at the same time, mostly executors × cores
   * @param batchSizePerWorker examples of a minibatch of a worker, at least 1
   * @param averagingFrequency minibatches of a worker between two averagings, at least 1
   */
  public AveragingTrainingMaster(int workers, int batchSizePerWorker, int averagingFrequency) {
    this(
        new Builder(workers)
            .batchSizePerWorker(batchSizePerWorker)
            .averagingFrequency(averagingFrequency));
  }

  private AveragingTrainingMaster(Builder builder) {
    this.settings =
        new Settings(builder.workers, builder.batchSize, builder.frequency, builder.seed);
    this.exportDirectory = builder.exportDirectory;
    this.fits = new ExampleFits(settings, exportDirectory);
  }

  /** Settings of a training master; names and defaults are those of DL4J's, where it has them. */
  public static final class Builder {
    private final int workers;
    private int batchSize = 16;
    private int frequency = 5;
    private OptionalLong seed = OptionalLong.empty();
    private Optional<String> exportDirectory = Optional.empty();

    /**
     * @param workers N, at least 1: tasks that train at the same time, mostly executors × cores
     */
    public Builder(int workers) {
      this.workers = atLeastOne("workers", workers);
    }

    /** Examples of a minibatch of a worker, at least 1; 16 by default. */
    public Builder batchSizePerWorker(int examples) {
      this.batchSize = atLeastOne("batchSizePerWorker", examples);
      return this;
    }

    /** Minibatches of a worker between two averagings, at least 1; 5 by default. */
    public Builder averagingFrequency(int minibatches) {
      this.frequency = atLeastOne("averagingFrequency", minibatches);
      return this;
    }

    /**
     * Seed of the order of examples and of dropout; by default that of the network's configuration.
     */
    public Builder rngSeed(long value) {
      this.seed = OptionalLong.of(value);
      return this;
    }

    /**
     * Folder for exported examples that the driver and all executors see; by default one below
     * Hadoop's {@code hadoop.tmp.dir}.
     */
    public Builder exportDirectory(String folder) {
      this.exportDirectory = Optional.of(folder);
      return this;
    }

    /** The training master. */
    public AveragingTrainingMaster build() {
      return new AveragingTrainingMaster(this);
    }

    private static int atLeastOne(String what, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(what + " is " + value + "; expected at least 1");
      }
      return value;
    }
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> examples) {
    fit(network, examples.id(), () -> examples.map(DataSet::toMultiDataSet));
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> examples) {
    fit(graph, examples.id(), () -> examples.map(DataSet::toMultiDataSet));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> examples) {
    fit(graph, examples.id(), () -> examples);
  }

  /**
   * @param network or null
   * @param graph or null
   * @param dataSets loads a {@code DataSet} from a path; or null
   * @param multiDataSets loads a {@code MultiDataSet} from a path; or null
   */
  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader dataSets,
      MultiDataSetLoader multiDataSets) {
    JavaSparkContext spark = network != null ? network.getSparkContext() : graph.getSparkContext();
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    Supplier<JavaRDD<MultiDataSet>> examples =
        () ->
            dataSets != null
                ? paths.map(path -> dataSets.load(new HadoopSource(path, hadoop)).toMultiDataSet())
                : paths.map(path -> multiDataSets.load(new HadoopSource(path, hadoop)));
    if (network != null) {
      fit(network, paths.id(), examples);
    } else {
      fit(graph, paths.id(), examples);
    }
  }

  private void fit(SparkDl4jMultiLayer spark, int rdd, Supplier<JavaRDD<MultiDataSet>> examples) {
    spark.setScore(
        listeners.epoch(
            spark.getNetwork(),
            round -> fits.fit(spark.getSparkContext(), spark.getNetwork(), rdd, examples, round)));
  }

  private void fit(SparkComputationGraph spark, int rdd, Supplier<JavaRDD<MultiDataSet>> examples) {
    spark.setScore(
        listeners.epoch(
            spark.getNetwork(),
            round -> fits.fit(spark.getSparkContext(), spark.getNetwork(), rdd, examples, round)));
  }

  @Override
  public void setListeners(Collection<TrainingListener> all) {
    listeners.set(null, all);
  }

  /**
   * @param router where listeners that store statistics send them; or null
   */
  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> all) {
    listeners.set(router, all);
  }

  /** Removes the exported examples; the next fit on the same RDD exports them again. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    return fits.delete(spark.hadoopConfiguration());
  }

  /** As above. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    return fits.delete(spark.hadoopConfiguration());
  }

  /** The settings as JSON. */
  @Override
  public String toJson() {
    return described().toPrettyString();
  }

  /** The settings as YAML. */
  @Override
  public String toYaml() {
    StringBuilder text = new StringBuilder();
    described()
        .fields()
        .forEachRemaining(
            field ->
                text.append(field.getKey()).append(": ").append(field.getValue()).append('\n'));
    return text.toString();
  }

  private ObjectNode described() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("workers", settings.workers());
    node.put("batchSizePerWorker", settings.batch());
    node.put("averagingFrequency", settings.every());
    settings.seed().ifPresent(seed -> node.put("rngSeed", seed));
    exportDirectory.ifPresent(folder -> node.put("exportDirectory", folder));
    return node;
  }

  /** Not supported: Strata's workers call no hooks. */
  @Override
  public void addHook(TrainingHook hook) {
    throw new UnsupportedOperationException(
        "Strata's workers call no training hooks; use a listener, which runs after each averaging");
  }

  /** Does nothing: there are no hooks. */
  @Override
  public void removeHook(TrainingHook hook) {}

  /** Not supported: Strata trains in Spark tasks of its own, and only DL4J's masters call this. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw noWorkers();
  }

  /** Not supported, as above. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw noWorkers();
  }

  private static UnsupportedOperationException noWorkers() {
    return new UnsupportedOperationException(
        "Strata has no TrainingWorker; its workers are Spark tasks that fit starts");
  }

  /**
   * @throws UnsupportedOperationException for true: Spark's web interface shows each round as a job
   */
  @Override
  public void setCollectTrainingStats(boolean collect) {
    if (collect) {
      throw new UnsupportedOperationException(
          "Strata collects no SparkTrainingStats; Spark's web interface shows each round as a job");
    }
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  /** Null, as of DL4J's masters that collect none. */
  @Override
  public SparkTrainingStats getTrainingStats() {
    return null;
  }
}
