package dev.strata.executor.auxiliary;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.inference.PooledModel;
import dev.strata.executor.inference.TopOutput;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scores good rows and bad copies of them in the blocks i ≡ slice mod slices of a ShardSet: in a
 * task, one after the other. No minibatch spans two blocks, so that a block's sums do not depend on
 * who computes it. Bad copies are those of epoch 0 under a seed of their own: always the same.
 *
 * @param network whose output is the score
 * @param seed of the bad copies
 * @param batchSize good rows scored at once
 * @param slices tasks in all
 */
public record SliceScoring(
    NetworkConfiguration network,
    Objective objective,
    CorruptionPlan corruption,
    long seed,
    ShardSet set,
    int batchSize,
    int slices)
    implements Serializable {

  /**
   * Sums over the rows of a block.
   *
   * @param index of the block
   * @param rows good ones that bad copies were made of
   * @param skipped rows with nothing to choose
   * @param loss sum of the good rows' losses, each with its bad copies
   * @param ranked pairs whose good row has the higher score; half of those that are equal
   * @param goodAbove good rows with a score above 0
   * @param badBelow bad rows with a score of at most 0
   */
  public record BlockSums(
      int index,
      long rows,
      long skipped,
      double loss,
      double ranked,
      long goodAbove,
      long badBelow) {}

  public List<BlockSums> run(Configuration hadoop, StateVector parameters, int slice) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    List<BlockSums> sums = new ArrayList<>();
    CorruptedGroups groups = new CorruptedGroups(corruption, seed, objective.badPerGood());
    try (PooledModel lock = PooledModel.of(network, parameters);
        MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      UnaryOperator<INDArray> score = TopOutput.of(lock.model());
      for (int block = slice; block < manifest.blocks().size(); block += slices) {
        EpochOrder order = EpochOrder.sequential(manifest, block);
        BlockScoring scoring = new BlockScoring(block);
        for (int from = 0; from < order.rows(); from += batchSize) {
          int rows = Math.min(batchSize, order.rows() - from);
          scoring.add(groups.of(reader.read(order, from, rows), 0), score);
        }
        sums.add(scoring.sums());
      }
    }
    return sums;
  }

  /** Sums of one block while it is read. */
  private final class BlockScoring {
    private final int index;
    private final double[] bad = new double[objective.badPerGood()];
    private long rows;
    private long skipped;
    private double loss;
    private double ranked;
    private long goodAbove;
    private long badBelow;

    BlockScoring(int index) {
      this.index = index;
    }

    void add(CorruptedGroups.Groups groups, UnaryOperator<INDArray> score) {
      skipped += groups.skipped();
      if (groups.groups() == 0) {
        return;
      }
      rows += groups.groups();
      float[] scores = score.apply(groups.rows()).dup('c').data().asFloat();
      for (int at = 0; at < scores.length; at += 1 + bad.length) {
        for (int i = 0; i < bad.length; i++) {
          bad[i] = scores[at + 1 + i];
        }
        group(scores[at]);
      }
    }

    private void group(double good) {
      loss += objective.loss(good, bad);
      goodAbove += good > 0 ? 1 : 0;
      badBelow += Arrays.stream(bad).filter(each -> each <= 0).count();
      for (double each : bad) {
        ranked += good > each ? 1 : good == each ? 0.5 : 0;
      }
    }

    BlockSums sums() {
      return new BlockSums(index, rows, skipped, loss, ranked, goodAbove, badBelow);
    }
  }
}
