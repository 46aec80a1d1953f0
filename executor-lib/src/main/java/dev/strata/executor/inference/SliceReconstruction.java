package dev.strata.executor.inference;

import dev.strata.executor.learner.UnsupervisedLearner;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Measures an unsupervised learner on the blocks i ≡ slice mod slices of a ShardSet: in a task, one
 * after the other. No minibatch spans two blocks, so that a block's sums do not depend on who
 * computes it.
 *
 * @param batchSize rows measured at once
 * @param rows of the set, from its first one on, that are measured
 * @param slices tasks in all
 */
public record SliceReconstruction(
    UnsupervisedSpec spec, ShardSet set, int batchSize, long rows, int slices)
    implements Serializable {

  /**
   * Result of a task: one entry per block.
   *
   * @param measures names of the sums
   */
  public record Measured(List<String> measures, List<BlockSums> blocks) {
    public Measured {
      measures = List.copyOf(measures);
      blocks = List.copyOf(blocks);
    }
  }

  /**
   * @param index of the block
   * @param rows measured
   * @param sums over them, in the order of the measures
   */
  public record BlockSums(int index, int rows, List<Double> sums) {}

  public Measured run(Configuration hadoop, StateVector parameters, int slice) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    List<BlockSums> blocks = new ArrayList<>();
    try (PooledLearner lock = PooledLearner.of(spec, parameters);
        MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      long before = 0;
      for (int block = 0; block < manifest.blocks().size(); block++) {
        int size = manifest.blocks().get(block).rows();
        int wanted = (int) Math.max(0, Math.min(size, rows - before));
        before += size;
        if (block % slices == slice && wanted > 0) {
          EpochOrder order = EpochOrder.sequential(manifest, block);
          blocks.add(block(lock.learner(), reader, order, block, wanted));
        }
      }
      return new Measured(lock.learner().measures(), blocks);
    }
  }

  private BlockSums block(
      UnsupervisedLearner learner,
      MinibatchReader reader,
      EpochOrder order,
      int index,
      int wanted) {
    double[] sums = new double[learner.measures().size()];
    for (int from = 0; from < wanted; from += batchSize) {
      int size = Math.min(batchSize, wanted - from);
      double[] batch = learner.measure(reader.read(order, from, size).inputs()[0]);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += batch[i];
      }
    }
    List<Double> boxed = new ArrayList<>();
    for (double sum : sums) {
      boxed.add(sum);
    }
    return new BlockSums(index, wanted, boxed);
  }
}
