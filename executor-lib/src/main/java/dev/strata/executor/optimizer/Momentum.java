package dev.strata.executor.optimizer;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Classical momentum (Polyak 1964), which ND4J has no updater for: {@code v = μ v + η g; w -= v},
 * with the learning rate η inside, so that a schedule does not change what has been gathered.
 *
 * <p>Only for learners of ours: a DL4J network with it could not be read by stock DL4J.
 */
public final class Momentum implements IUpdater {
  private static final long serialVersionUID = 1L;

  private final double momentum;
  private double learningRate;
  private ISchedule schedule;

  /**
   * @param momentum μ, in [0, 1)
   */
  public Momentum(double learningRate, double momentum) {
    this.learningRate = learningRate;
    this.momentum = momentum;
  }

  public double momentum() {
    return momentum;
  }

  @Override
  public long stateSize(long parameters) {
    return parameters;
  }

  @Override
  public GradientUpdater<Momentum> instantiate(INDArray state, boolean initialize) {
    MomentumUpdater updater = new MomentumUpdater(this);
    updater.setStateViewArray(state, state.shape(), state.ordering(), initialize);
    return updater;
  }

  @Override
  public GradientUpdater<Momentum> instantiate(Map<String, INDArray> state, boolean initialize) {
    MomentumUpdater updater = new MomentumUpdater(this);
    updater.setState(state, initialize);
    return updater;
  }

  /** Without a copy of the schedule, which is immutable. */
  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public Momentum clone() {
    Momentum copy = new Momentum(learningRate, momentum);
    copy.schedule = schedule;
    return copy;
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return schedule == null ? learningRate : schedule.valueAt(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  @Override
  public void setLrAndSchedule(double rate, ISchedule rates) {
    this.learningRate = rate;
    this.schedule = rates;
  }
}
