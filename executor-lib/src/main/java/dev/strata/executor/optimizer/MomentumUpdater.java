package dev.strata.executor.optimizer;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;

/** {@link Momentum} on its state, the velocity v. */
public final class MomentumUpdater implements GradientUpdater<Momentum> {
  private static final String VELOCITY = "V";

  private final Momentum settings;
  private INDArray velocity;

  MomentumUpdater(Momentum settings) {
    this.settings = settings;
  }

  /** v. */
  public INDArray velocity() {
    return velocity;
  }

  @Override
  public Momentum getConfig() {
    return settings;
  }

  @Override
  public void setState(Map<String, INDArray> state, boolean initialize) {
    velocity = state.get(VELOCITY);
    if (initialize) {
      velocity.assign(0);
    }
  }

  @Override
  public Map<String, INDArray> getState() {
    return Map.of(VELOCITY, velocity);
  }

  @Override
  public void setStateViewArray(INDArray view, long[] shape, char order, boolean initialize) {
    velocity = view.reshape(order, shape);
    if (initialize) {
      velocity.assign(0);
    }
  }

  @Override
  public void applyUpdater(INDArray gradient, int iteration, int epoch) {
    double rate = settings.getLearningRate(iteration, epoch);
    velocity.muli(settings.momentum()).addi(gradient.muli(rate));
    gradient.assign(velocity);
  }
}
