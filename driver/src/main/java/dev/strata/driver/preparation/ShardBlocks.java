package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.split.EvenSample;
import dev.strata.driver.split.PartPlan;
import dev.strata.driver.split.Split;
import dev.strata.driver.split.SplitPlan;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.CategoryRule;
import dev.strata.executor.preprocess.EncodedBlock;
import dev.strata.executor.preprocess.FeatureStatistics;
import dev.strata.executor.preprocess.Marginal;
import dev.strata.executor.preprocess.MarginalCounts;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowCodec;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import scala.Tuple2;

/** The planned rows, one partition a block: their statistics, and the blocks' files. */
final class ShardBlocks {
  private ShardBlocks() {}

  /** Statistics of the training rows, summed in block order. */
  static FeatureStatistics statistics(
      JavaPairRDD<Long, byte[]> planned, SplitPlan plan, RowLayout layout, DataSettings settings) {
    Scaling scaling = settings.scaling();
    CategoryRule categories = settings.encodings().categories();
    List<String> blocks =
        SparkTasks.collect(
            planned.mapPartitionsWithIndex(
                (block, rows) ->
                    plan.partOfBlock(block) == Split.TRAIN
                        ? List.of(
                                Json.line(
                                    statistics(
                                            block,
                                            rows,
                                            plan.part(Split.TRAIN),
                                            new FeatureStatistics(layout, scaling, categories))
                                        .state()))
                            .iterator()
                        : List.<String>of().iterator(),
                true));
    FeatureStatistics all = new FeatureStatistics(layout, scaling, categories);
    for (String block : blocks) {
      all.merge(Json.read(block, FeatureStatistics.State.class, "statistics of a block"));
    }
    return all;
  }

  /** How often training rows have which value, the sample being the first rows of each block. */
  static List<Marginal> marginals(
      JavaPairRDD<Long, byte[]> planned, SplitPlan plan, Preprocessing preprocessing) {
    MarginalCounts all = new MarginalCounts(preprocessing);
    SparkTasks.collect(
            planned.mapPartitionsWithIndex(
                (block, rows) ->
                    plan.partOfBlock(block) == Split.TRAIN
                        ? List.of(Json.line(marginals(block, rows, plan, preprocessing))).iterator()
                        : List.<String>of().iterator(),
                true))
        .forEach(
            block ->
                all.merge(Json.read(block, MarginalCounts.State.class, "marginals of a block")));
    return all.marginals();
  }

  /**
   * Writes all blocks of all parts.
   *
   * @param groups number of each group
   * @param folder below which each part has its own
   * @return blocks in the order of the plan
   */
  static List<BlockSpec> write(
      JavaPairRDD<Long, byte[]> planned,
      SplitPlan plan,
      Preprocessing preprocessing,
      Map<String, Integer> groups,
      String folder,
      TaskConfiguration configuration) {
    return SparkTasks.collect(
            planned.mapPartitionsWithIndex(
                (block, rows) ->
                    List.of(
                            Json.line(
                                write(
                                    block,
                                    rows,
                                    plan,
                                    new EncodedBlock(preprocessing, groups),
                                    folder,
                                    configuration.value())))
                        .iterator(),
                true))
        .stream()
        .map(json -> Json.read(json, BlockSpec.class, "a written block"))
        .toList();
  }

  private static FeatureStatistics statistics(
      int block, Iterator<Tuple2<Long, byte[]>> rows, PartPlan part, FeatureStatistics statistics) {
    EvenSample sample = new EvenSample(part.rows(), statistics.sampleRows());
    long position = part.start(block - part.firstBlock());
    for (; rows.hasNext(); position++) {
      statistics.add(RowCodec.decode(rows.next()._2), sample.has(position));
    }
    return statistics;
  }

  private static MarginalCounts.State marginals(
      int block, Iterator<Tuple2<Long, byte[]>> rows, SplitPlan plan, Preprocessing preprocessing) {
    MarginalCounts counts = new MarginalCounts(preprocessing);
    PartPlan part = plan.part(Split.TRAIN);
    int index = block - part.firstBlock();
    // Rows lie in the order of their hashes, so the first ones are as good as any.
    long sampled =
        share(counts.sampleRows(), part, index + 1) - share(counts.sampleRows(), part, index);
    for (long row = 0; rows.hasNext(); row++) {
      counts.add(RowCodec.decode(rows.next()._2), row < sampled);
    }
    return counts.state();
  }

  /** Rows of the sample in the blocks before this one. */
  private static long share(int sampleRows, PartPlan part, int block) {
    return Math.min(sampleRows, part.rows()) * part.start(block) / part.rows();
  }

  private static BlockSpec write(
      int block,
      Iterator<Tuple2<Long, byte[]>> rows,
      SplitPlan plan,
      EncodedBlock encoded,
      String folder,
      Configuration configuration) {
    Split part = plan.partOfBlock(block);
    PartPlan partPlan = plan.part(part);
    int index = block - partPlan.firstBlock();
    Path target = new Path(folder, part.text());
    try {
      return encoded.write(
          Storage.of(target, configuration),
          target,
          index,
          partPlan.blockRows(index),
          new Decoded(rows));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rows as plain values. */
  private record Decoded(Iterator<Tuple2<Long, byte[]>> rows) implements Iterator<PlainRow> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public PlainRow next() {
      return RowCodec.decode(rows.next()._2);
    }
  }
}
