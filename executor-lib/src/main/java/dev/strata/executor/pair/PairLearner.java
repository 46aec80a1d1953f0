package dev.strata.executor.pair;

import dev.strata.executor.corruption.Corruption;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.learner.ForwardingLearner;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.shard.Minibatch;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a network of pairs on minibatches of {@link PairReader}. Both rows of a pair are augmented
 * first, each by random numbers of its own that follow from (seed, number of the anchor, epoch,
 * which of the two); the minibatch's arrays are changed.
 */
public final class PairLearner extends ForwardingLearner<NetworkLearner> {
  private final Corruption augmentation;
  private final long seed;
  private float[] row = new float[0];
  private int epoch;

  PairLearner(NetworkLearner network, Corruption augmentation, long seed) {
    super(network);
    this.augmentation = augmentation;
    this.seed = seed;
  }

  @Override
  public void counters(long iterations, int epochs) {
    network.counters(iterations, epochs);
    this.epoch = epochs;
  }

  @Override
  public double step(Minibatch minibatch) {
    for (int side = 0; side < minibatch.inputs().length; side++) {
      augment(minibatch.inputs()[side], minibatch.rowNumbers(), side);
    }
    return network.step(minibatch);
  }

  private void augment(INDArray rows, long[] numbers, int side) {
    int width = Math.toIntExact(rows.length() / numbers.length);
    if (row.length != width) {
      row = new float[width];
    }
    FloatBuffer memory = FlatMemory.floats(rows);
    for (int i = 0; i < numbers.length; i++) {
      memory.get(i * width, row);
      if (augmentation.corrupt(row, CorruptionPlan.random(seed, numbers[i], epoch, side))) {
        memory.put(i * width, row);
      }
    }
  }
}
