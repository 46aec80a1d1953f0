package dev.strata.executor.learner;

import dev.strata.executor.optimizer.LearningRates;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A learner that trains a network in steps of its own: parameters, optimizer state and all else are
 * the network's unless a subclass overrides them.
 */
public abstract class ForwardingLearner implements Learner {
  /** The network that is trained. */
  protected final NetworkLearner network;

  protected ForwardingLearner(NetworkLearner network) {
    this.network = network;
  }

  @Override
  public INDArray parameters() {
    return network.parameters();
  }

  @Override
  public INDArray optimizerState() {
    return network.optimizerState();
  }

  @Override
  public ParameterLayout layout() {
    return network.layout();
  }

  @Override
  public String nameOf(long index) {
    return network.nameOf(index);
  }

  @Override
  public List<String> notices() {
    return network.notices();
  }

  @Override
  public LearningRates learningRates() {
    return network.learningRates();
  }

  @Override
  public void counters(long iteration, int epoch) {
    network.counters(iteration, epoch);
  }

  @Override
  public void close() {
    network.close();
  }
}
