package dev.strata.executor.auxiliary;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.inference.PooledModel;
import dev.strata.executor.inference.TopOutput;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures an objective on rows and corrupted copies of them in the blocks i ≡ slice mod slices of
 * a ShardSet: in a task, one after the other. No minibatch spans two blocks, and those of a block
 * differ by one row at most, so that a block's sums do not depend on who computes it. Copies are
 * those of epoch 0 under a seed of their own: always the same.
 *
 * @param network with the output that the objective needs
 * @param seed of the copies
 * @param batchSize most rows measured at once, their copies not counted
 * @param slices tasks in all
 */
public record SliceMeasuring(
    NetworkConfiguration network,
    Objective objective,
    CorruptionPlan corruption,
    long seed,
    ShardSet set,
    int batchSize,
    int slices)
    implements Serializable {

  public List<BlockSums> run(Configuration hadoop, StateVector parameters, int slice) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    List<BlockSums> sums = new ArrayList<>();
    try (PooledModel lock = PooledModel.of(network, parameters);
        MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      Measuring measuring = new Measuring(reader, TopOutput.of(lock.model()));
      for (int block = slice; block < manifest.blocks().size(); block += slices) {
        sums.add(measuring.of(block, EpochOrder.sequential(manifest, block)));
      }
    }
    return sums;
  }

  /** What is kept from minibatch to minibatch. */
  private final class Measuring {
    private final MinibatchReader reader;
    private final UnaryOperator<INDArray> output;
    private final CorruptedGroups groups =
        new CorruptedGroups(corruption, seed, objective.copies());
    private final CopyExamples examples = objective.examples();

    Measuring(MinibatchReader reader, UnaryOperator<INDArray> output) {
      this.reader = reader;
      this.output = output;
    }

    BlockSums of(int block, EpochOrder order) {
      double[] values = new double[objective.sums()];
      long rows = 0;
      long batches = (order.rows() + batchSize - 1L) / batchSize;
      for (long i = 0; i < batches; i++) {
        int from = Math.toIntExact(order.rows() * i / batches);
        int to = Math.toIntExact(order.rows() * (i + 1) / batches);
        CorruptedGroups.Groups made = groups.of(reader.read(order, from, to - from), 0);
        rows += made.groups();
        if (made.groups() > 0) {
          Minibatch seen = examples.of(made);
          objective.measure(output.apply(seen.inputs()[0]), seen.labels()[0], values);
        }
      }
      return new BlockSums(block, rows, values);
    }
  }
}
