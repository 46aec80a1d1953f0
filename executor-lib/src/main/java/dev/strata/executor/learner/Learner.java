package dev.strata.executor.learner;

import dev.strata.executor.optimizer.LearningRates;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Anything that is trained by local minibatch steps; the averaging engine's only view of a model.
 *
 * <p>A learner belongs to one thread at a time. It draws all randomness from ND4J's generator of
 * the calling thread, which the engine seeds before each step.
 */
public interface Learner extends AutoCloseable {
  /** Flat view of all parameters, {@code [1, P]}; writing to it changes the model. */
  INDArray parameters();

  /**
   * Flat view of the optimizer state, {@code [1, S]}; null if the optimizer has none. Writing to it
   * before a step changes the state. Steps may move the state elsewhere, until this is called again
   * or {@link #settle}.
   */
  INDArray optimizerState();

  /** How each part of the state is averaged. */
  ParameterLayout layout();

  /**
   * Sets the counters that schedules and bias correction read before the next step.
   *
   * @param iteration minibatches that the model has seen before, counted over all workers' rounds
   * @param epoch passes over the data finished before
   */
  void counters(long iteration, int epoch);

  /**
   * One update from one minibatch.
   *
   * @return loss before the update: mean over rows, regularisation included; 0 where it is left to
   *     {@link #settle}
   */
  double step(Minibatch minibatch);

  /**
   * Waits for steps that a device still computes and brings {@link #parameters()}, {@link
   * #optimizerState()} and {@link #localState()} up to date. To be called after the last of a
   * round's steps; between, those may be what they were before the first.
   *
   * @return the loss that {@link #step} has left out since the last call, summed over rows
   */
  default double settle() {
    return 0;
  }

  /**
   * What a parameter belongs to, for messages, such as {@code layer hidden-1, W}.
   *
   * @param index of the element in {@link #parameters()}
   */
  default String nameOf(long index) {
    return "element " + index;
  }

  /**
   * Messages for the user about the training of this learner; the same for every learner of a spec.
   */
  default List<String> notices() {
    return List.of();
  }

  /** Learning rates of its updaters; none unless a learner overrides this. */
  default LearningRates learningRates() {
    return LearningRates.NONE;
  }

  /** State that belongs to this worker alone and is never averaged; empty where there is none. */
  default byte[] localState() {
    return new byte[0];
  }

  /** Takes back what {@link #localState()} gave. */
  default void localState(byte[] state) {
    if (state.length != 0) {
      throw new IllegalArgumentException("this learner keeps no local state");
    }
  }

  @Override
  default void close() {}
}
