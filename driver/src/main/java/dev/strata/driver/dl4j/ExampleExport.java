package dev.strata.driver.dl4j;

import dev.strata.driver.dl4j.ExampleRows.Summary;
import dev.strata.driver.dl4j.ExampleShape.Slot;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockWriter;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Writes the examples of an RDD, in their order, as a ShardSet: a function of the examples and of
 * the number of workers, however they lie in partitions and {@code DataSet}s. The RDD is computed
 * twice, once to count its examples.
 */
public final class ExampleExport {
  /** Blocks of a worker, so that it gets examples from many places of the RDD. */
  private static final int BLOCKS = 16;

  private static final long BLOCK_BYTES = 64L << 20;

  private final JavaSparkContext spark;
  private final int workers;
  private final int batch;

  /**
   * @param workers N, at least 1: their numbers of examples differ by one at most
   * @param batch examples of a minibatch of a worker
   */
  public ExampleExport(JavaSparkContext spark, int workers, int batch) {
    this.spark = spark;
    this.workers = workers;
    this.batch = batch;
  }

  /**
   * Exports the RDD.
   *
   * @param network that will be trained
   * @param folder that the driver and all executors see; must not exist
   * @throws StrataException (data) where the RDD is empty, or its arrays do not fit together or the
   *     network
   */
  ShardSet write(JavaRDD<MultiDataSet> examples, TrainedNetwork network, Path folder) {
    List<Summary> summaries =
        SparkTasks.collect(
                examples.mapPartitionsWithIndex(
                    (partition, some) -> List.of(Summary.of(partition, some).json()).iterator(),
                    true))
            .stream()
            .map(Summary::of)
            .toList();
    long rows = summaries.stream().mapToLong(Summary::rows).sum();
    if (rows == 0) {
      throw StrataException.data("the RDD has no examples to train on")
          .found(summaries.size() + " partitions without examples")
          .expected("at least one example")
          .build();
    }
    ExampleShape shape = withWordMask(common(summaries), network);
    network.requireFit(shape);
    return write(examples, summaries, shape, starts(rows, shape.length()), folder);
  }

  private static ExampleShape common(List<Summary> summaries) {
    ExampleShape shape = null;
    for (int p = 0; p < summaries.size(); p++) {
      ExampleShape found = summaries.get(p).shape();
      if (found != null) {
        shape = shape == null ? found : shape.with(found, "partition " + p);
      }
    }
    return shape;
  }

  /** Of ids of words a network of Strata computes the mask, one of DL4J has none. */
  private static ExampleShape withWordMask(ExampleShape shape, TrainedNetwork network) {
    if (!network.takesWords() || shape.slot(ArrayRole.MASK, 0).isPresent()) {
      return shape;
    }
    List<Integer> words = shape.slot(ArrayRole.INPUT, 0).orElseThrow().shape();
    return shape.with(new Slot(ArrayRole.MASK, 0, words.subList(words.size() - 1, words.size())));
  }

  /** Number of the first example of each block. */
  long[] starts(long rows, int numbers) {
    long ofWorker = (rows + workers - 1) / workers;
    long wanted = Math.min(BLOCKS, ofWorker / batch);
    long needed = (ofWorker * numbers * Float.BYTES + BLOCK_BYTES - 1) / BLOCK_BYTES;
    int blocks = Math.toIntExact(Math.max(1, Math.max(wanted, needed)) * workers);
    long[] starts = new long[blocks];
    for (int b = 0; b < blocks; b++) {
      starts[b] = b * (rows / blocks) + Math.min(b, rows % blocks);
    }
    return starts;
  }

  private ShardSet write(
      JavaRDD<MultiDataSet> examples,
      List<Summary> summaries,
      ExampleShape shape,
      long[] starts,
      Path folder) {
    long[] counts = summaries.stream().mapToLong(Summary::rows).toArray();
    long[] first = new long[counts.length];
    for (int p = 1; p < first.length; p++) {
      first[p] = first[p - 1] + counts[p - 1];
    }
    long rows = first[first.length - 1] + counts[counts.length - 1];
    List<ArraySpec> arrays = shape.arrays();
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    String target = folder.toString();
    List<BlockSpec> blocks =
        SparkTasks.collect(
                examples
                    .mapPartitionsWithIndex(
                        (partition, some) ->
                            new ExampleRows(
                                some, shape, first[partition], counts[partition], starts),
                        true)
                    .mapToPair(piece -> piece)
                    .repartitionAndSortWithinPartitions(new Blocks(starts))
                    .mapPartitionsWithIndex(
                        (block, pieces) -> {
                          int size = Math.toIntExact(end(starts, block, rows) - starts[block]);
                          BlockSpec written =
                              BlockWriter.write(
                                  hadoop.value(),
                                  new Path(target),
                                  block,
                                  size,
                                  arrays,
                                  writer -> ExampleRows.write(pieces, shape, writer));
                          return List.of(Json.line(written)).iterator();
                        },
                        true))
            .stream()
            .map(json -> Json.read(json, BlockSpec.class, "a written block"))
            .toList();
    return ManifestFile.write(
        spark.hadoopConfiguration(),
        folder,
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "train",
            rows,
            arrays,
            List.of(),
            List.of(),
            blocks,
            Map.of("source", rows, "used", rows)));
  }

  private static long end(long[] starts, int block, long rows) {
    return block + 1 < starts.length ? starts[block + 1] : rows;
  }

  /** Sends each piece to its block. */
  private static final class Blocks extends Partitioner {
    private static final long serialVersionUID = 1;

    private final long[] starts;

    Blocks(long[] starts) {
      this.starts = starts;
    }

    @Override
    public int numPartitions() {
      return starts.length;
    }

    @Override
    public int getPartition(Object example) {
      return ExampleRows.block(starts, (Long) example);
    }
  }
}
