package dev.strata.driver.dl4j;

import dev.strata.driver.dl4j.ExampleTraining.Settings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Fits of networks on RDDs, one epoch each. The export of the last RDD is kept for the next epochs
 * on it, until another RDD replaces it or the JVM ends.
 */
public final class ExampleFits {
  private final Settings settings;
  private final Optional<String> parent;
  private Export last;

  /**
   * @param parent folder of the exports that the driver and all executors see; empty: Hadoop's
   *     {@code hadoop.tmp.dir}
   */
  public ExampleFits(Settings settings, Optional<String> parent) {
    this.settings = settings;
    this.parent = parent;
  }

  /**
   * What an export was made of.
   *
   * @param application of Spark
   * @param rdd its number there
   * @param network whose shape the examples were checked against
   */
  private record Source(String application, int rdd, NetworkConfiguration network) {}

  private record Export(Source source, Path folder, ShardSet shards) {}

  /**
   * Trains a network one epoch, in place.
   *
   * @param rdd number of the RDD that the caller's user named
   * @param examples what it holds
   * @param watcher called after each round
   * @return mean loss of the last round
   */
  public synchronized double fit(
      JavaSparkContext spark,
      Model model,
      int rdd,
      Supplier<JavaRDD<MultiDataSet>> examples,
      BooleanSupplier watcher) {
    TrainedNetwork network = new TrainedNetwork(model);
    try {
      Source source = new Source(spark.sc().applicationId(), rdd, network.spec().network());
      if (last == null || !last.source.equals(source)) {
        delete(spark.hadoopConfiguration());
        Path folder = newFolder(spark);
        ShardSet shards =
            new ExampleExport(spark, settings.workers(), settings.batch())
                .write(examples.get(), network, folder);
        last = new Export(source, folder, shards);
      }
      return new ExampleTraining(spark, settings).epoch(network, last.shards, watcher);
    } catch (Exception e) {
      // Of a task's failure Spark's exception is the cover.
      throw asItWasThrown(StrataException.in(e).map(Exception.class::cast).orElse(e));
    }
  }

  /** Scala throws checked exceptions that it does not declare. */
  @SuppressWarnings("unchecked")
  private static <E extends Exception> RuntimeException asItWasThrown(Exception thrown) throws E {
    throw (E) thrown;
  }

  /**
   * Removes the export.
   *
   * @return whether none is left
   */
  public synchronized boolean delete(Configuration hadoop) {
    if (last == null) {
      return true;
    }
    try {
      Storage.of(last.folder, hadoop).delete(last.folder, true);
      last = null;
      return true;
    } catch (IOException | FSError e) {
      return false;
    }
  }

  private Path newFolder(JavaSparkContext spark) {
    Configuration hadoop = spark.hadoopConfiguration();
    Path within = new Path(parent.orElseGet(() -> hadoop.get("hadoop.tmp.dir") + "/strata"));
    try {
      FileSystem files = Storage.of(within, hadoop);
      if (parent.isEmpty() && files instanceof LocalFileSystem && !spark.sc().isLocal()) {
        throw StrataException.configuration(
                "the executors need a folder that all machines can access")
            .found("hadoop.tmp.dir on the local file system")
            .expected("exportDirectory of AveragingTrainingMaster, such as hdfs:///tmp")
            .build();
      }
      Path folder = files.makeQualified(new Path(within, "fit-" + UUID.randomUUID()));
      files.mkdirs(folder);
      files.deleteOnExit(folder);
      return folder;
    } catch (IOException | FSError | IllegalArgumentException e) {
      throw StrataException.configuration("the folder for exported examples cannot be written")
          .file(within)
          .found(e.getMessage())
          .expected("a folder on a known file system that the driver and all executors can write")
          .cause(e)
          .build();
    }
  }
}
