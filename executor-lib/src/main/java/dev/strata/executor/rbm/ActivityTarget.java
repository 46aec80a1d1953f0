package dev.strata.executor.rbm;

import dev.strata.executor.rbm.RbmSettings.Sparsity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The sparsity target of Hinton (2010, section 11): hidden units' running mean activations {@code q
 * = decay · q + (1 - decay) · mean of the minibatch}, and what they add to the gradient with regard
 * to the units' inputs, {@code weight · (q - target)}. Running means start at the target.
 */
final class ActivityTarget {
  private final Sparsity settings;
  private final INDArray running;

  ActivityTarget(Sparsity settings, int units, DataType type) {
    this.settings = settings;
    this.running = Nd4j.create(type, 1, units);
    reset();
  }

  void reset() {
    running.assign(settings.target());
  }

  boolean active() {
    return settings.active();
  }

  /** q, {@code [1, m]}. */
  INDArray running() {
    return running;
  }

  /**
   * Takes a minibatch into account.
   *
   * @param means {@code [b, m]}; what is to be added to the gradient is subtracted from each row,
   *     as the gradient subtracts the statistics of these
   */
  void apply(INDArray means) {
    if (active()) {
      running.muli(settings.decay());
      running.addi(means.mean(true, 0).muli(1 - settings.decay()));
      means.subiRowVector(running.sub(settings.target()).muli(settings.weight()));
    }
  }
}
