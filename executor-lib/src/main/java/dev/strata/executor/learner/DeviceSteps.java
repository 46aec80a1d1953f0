package dev.strata.executor.learner;

import dev.strata.executor.shard.Minibatch;

/** The steps of a learner on an accelerator; what an {@link AcceleratedLearner} differs in. */
public interface DeviceSteps {
  /** As {@link Learner#counters}. */
  void counters(long iteration, int epoch);

  /**
   * One update, which may still be computed when this returns; adds the loss, summed over the rows,
   * to the accelerator's.
   */
  void step(Minibatch minibatch);

  /** Takes the local state that the learner of the CPU holds. */
  default void load() {}

  /** Gives the local state back to it. */
  default void save() {}
}
