package dev.strata.executor.learner;

import dev.strata.executor.optimizer.LearningRates;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A learner that trains what another one has, in steps of its own: parameters, optimizer state and
 * all else are the other's unless a subclass overrides them.
 *
 * @param <L> the other one, such as {@link NetworkLearner}
 */
public abstract class ForwardingLearner<L extends Learner> implements Learner {
  /** The network that is trained. */
  protected final L network;

  protected ForwardingLearner(L network) {
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
  public double settle() {
    return network.settle();
  }

  @Override
  public byte[] localState() {
    return network.localState();
  }

  @Override
  public void localState(byte[] state) {
    network.localState(state);
  }

  @Override
  public void close() {
    network.close();
  }
}
