package dev.strata.executor.learner;

import java.io.Serializable;

/** Everything a task needs to build a learner: immutable, small, without parameters. */
public interface LearnerSpec extends Serializable {
  /** A new learner with freshly initialised parameters, which are a function of the spec alone. */
  Learner create();

  /** What the learner's minibatches consist of: rows, unless a spec overrides this. */
  default ExampleType exampleType() {
    return ExampleType.ROW;
  }
}
