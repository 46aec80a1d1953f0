package dev.strata.executor.learner;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * ND4J's Adam, AdaMax and AMSGrad where the learning rate is 0, infinite or beyond float32. In its
 * place they take epsilon, so that a schedule that has come to 0 still moves the parameters, and a
 * rate of 1e40 trains as if it were 1e-8. Here the step of rate 1, which changes the state alike,
 * is multiplied by the rate.
 */
final class UnboundedRate<T extends IUpdater> implements GradientUpdater<T> {
  /** Between these no product of the rate with a bias correction leaves float32. */
  private static final double LEAST = 1e-36;

  private static final double GREATEST = 1e36;

  private final GradientUpdater<T> updater;
  private final GradientUpdater<T> ofRateOne;

  /**
   * @param updater of ND4J, or with its bits
   * @param ofRateOne the same on the same state, its learning rate 1
   */
  UnboundedRate(GradientUpdater<T> updater, GradientUpdater<T> ofRateOne) {
    this.updater = updater;
    this.ofRateOne = ofRateOne;
  }

  @Override
  public void applyUpdater(INDArray gradient, int iteration, int epoch) {
    if (isOrdinary(iteration, epoch)) {
      updater.applyUpdater(gradient, iteration, epoch);
    } else {
      ofRateOne.applyUpdater(gradient, iteration, epoch);
      gradient.muli(getConfig().getLearningRate(iteration, epoch));
    }
  }

  /** Whether the updater's own step is right in an iteration. */
  boolean isOrdinary(int iteration, int epoch) {
    double rate = getConfig().getLearningRate(iteration, epoch);
    return rate > LEAST && rate < GREATEST;
  }

  /** Of ND4J, or with its bits. */
  GradientUpdater<T> updater() {
    return updater;
  }

  @Override
  public T getConfig() {
    return updater.getConfig();
  }

  @Override
  public void setState(Map<String, INDArray> state, boolean initialize) {
    updater.setState(state, initialize);
    ofRateOne.setState(state, false);
  }

  @Override
  public Map<String, INDArray> getState() {
    return updater.getState();
  }

  @Override
  public void setStateViewArray(
      INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
    updater.setStateViewArray(view, gradientShape, gradientOrder, initialize);
    ofRateOne.setStateViewArray(view, gradientShape, gradientOrder, false);
  }
}
