package dev.strata.executor.unlabelled;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.shard.UnlabelledRows;
import java.io.Serializable;

/**
 * What is learned from which unlabelled rows, whatever network learns it.
 *
 * @param corruption of copies, where the method makes any; null: none
 * @param seed of copies and directions
 */
public record UnlabelledTraining(
    UnlabelledLoss loss, CorruptionPlan corruption, UnlabelledRows rows, long seed)
    implements Serializable {
  /** The same with rows as frozen layers make them. */
  public UnlabelledTraining of(ShardSet others) {
    return new UnlabelledTraining(loss, corruption, rows.of(others), seed);
  }

  /**
   * A network that learns so.
   *
   * @param stepsPerEpoch steps of one of its epochs, at least 1
   */
  public UnlabelledSpec spec(NetworkLearnerSpec network, long stepsPerEpoch) {
    return new UnlabelledSpec(network, loss, corruption, rows, stepsPerEpoch, seed);
  }
}
