package dev.strata.executor.augmentation;

import dev.strata.executor.learner.ForwardingLearner;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.shard.Minibatch;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A learner whose first input is augmented before each step, by random numbers of (seed, number of
 * the row, epoch): the same on any number of workers, and after a resume. Labels, weights and other
 * inputs stay as they are.
 */
final class AugmentedLearner extends ForwardingLearner<Learner> {
  private final AugmentedRows rows;
  private int epoch;

  AugmentedLearner(Learner learner, AugmentedRows rows) {
    super(learner);
    this.rows = rows;
  }

  @Override
  public void counters(long iteration, int epochs) {
    this.epoch = epochs;
    super.counters(iteration, epochs);
  }

  @Override
  public double step(Minibatch minibatch) {
    INDArray[] inputs = minibatch.inputs().clone();
    inputs[0] = rows.of(inputs[0], minibatch.rowNumbers(), epoch);
    return network.step(minibatch.withInputs(inputs));
  }
}
