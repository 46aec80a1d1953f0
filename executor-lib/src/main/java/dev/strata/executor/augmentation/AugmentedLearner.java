package dev.strata.executor.augmentation;

import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.optimizer.LearningRates;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A learner whose first input is augmented before each step, by random numbers of (seed, number of
 * the row, epoch): the same on any number of workers, and after a resume. Labels, weights and other
 * inputs stay as they are.
 */
final class AugmentedLearner implements Learner {
  private final Learner learner;
  private final AugmentedRows rows;
  private int epoch;

  AugmentedLearner(Learner learner, AugmentedRows rows) {
    this.learner = learner;
    this.rows = rows;
  }

  @Override
  public INDArray parameters() {
    return learner.parameters();
  }

  @Override
  public INDArray optimizerState() {
    return learner.optimizerState();
  }

  @Override
  public ParameterLayout layout() {
    return learner.layout();
  }

  @Override
  public LearningRates learningRates() {
    return learner.learningRates();
  }

  @Override
  public void counters(long iteration, int epochs) {
    this.epoch = epochs;
    learner.counters(iteration, epochs);
  }

  @Override
  public double step(Minibatch minibatch) {
    INDArray[] inputs = minibatch.inputs().clone();
    inputs[0] = rows.of(inputs[0], minibatch.rowNumbers(), epoch);
    return learner.step(minibatch.withInputs(inputs));
  }

  @Override
  public String nameOf(long index) {
    return learner.nameOf(index);
  }

  @Override
  public List<String> notices() {
    return learner.notices();
  }

  @Override
  public byte[] localState() {
    return learner.localState();
  }

  @Override
  public void localState(byte[] state) {
    learner.localState(state);
  }

  @Override
  public void close() {
    learner.close();
  }
}
