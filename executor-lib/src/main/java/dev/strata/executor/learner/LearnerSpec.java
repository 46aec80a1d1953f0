package dev.strata.executor.learner;

import java.io.Serializable;

/** Everything a task needs to build a learner: immutable, small, without parameters. */
public interface LearnerSpec extends Serializable {
  /** A new learner with freshly initialised parameters, which are a function of the spec alone. */
  Learner create();

  /**
   * Whether minibatches are pairs of rows, of one group or of two, as {@code
   * dev.strata.executor.pair.PairReader} makes them; else they are rows.
   */
  default boolean readsPairs() {
    return false;
  }
}
