package dev.strata.driver.auxiliary;

import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.auxiliary.BlockEmbeddings;
import dev.strata.executor.auxiliary.SliceEmbeddings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.pair.PairMeasures;
import dev.strata.executor.round.StateVector;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Pairs of rows by the distance of their embeddings, which are computed on all executors at once,
 * put together in block order, and held against each other on the driver.
 */
final class PairEvaluator {
  private final JavaSparkContext spark;

  PairEvaluator(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * @param parameters of the branch
   * @return of at least one pair of each kind
   * @throws StrataException (data) where there is no pair of one group, or none of two
   */
  PairMeasures pairs(SliceEmbeddings slices, StateVector parameters) {
    List<BlockEmbeddings> blocks = embeddings(slices, parameters);
    int rows = blocks.stream().mapToInt(b -> b.groups().length).sum();
    long values = blocks.stream().mapToLong(b -> b.values().length).sum();
    int[] groups = blocks.stream().flatMapToInt(b -> IntStream.of(b.groups())).toArray();
    float[] all = new float[Math.toIntExact(values)];
    int next = 0;
    for (BlockEmbeddings block : blocks) {
      System.arraycopy(block.values(), 0, all, next, block.values().length);
      next += block.values().length;
    }
    PairMeasures pairs = new PairMeasures(groups, all, rows == 0 ? 0 : all.length / rows);
    if (pairs.samePairs() == 0 || pairs.differentPairs() == 0) {
      throw StrataException.data("the rows do not give both kinds of pairs")
          .key("data.group")
          .file(slices.set().folder())
          .found(
              "%d rows, %d pairs within a group, %d across groups"
                  .formatted(rows, pairs.samePairs(), pairs.differentPairs()))
          .expected("at least one pair of each kind")
          .build();
    }
    return pairs;
  }

  private List<BlockEmbeddings> embeddings(SliceEmbeddings slices, StateVector parameters) {
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    List<Integer> numbers = IntStream.range(0, slices.slices()).boxed().toList();
    Broadcast<StateVector> shared = spark.broadcast(parameters);
    try {
      return spark
          .parallelize(numbers, slices.slices())
          .flatMap(slice -> slices.run(hadoop.value(), shared.value(), slice).iterator())
          .collect()
          .stream()
          .sorted(Comparator.comparingInt(BlockEmbeddings::block))
          .toList();
    } finally {
      shared.destroy();
    }
  }
}
