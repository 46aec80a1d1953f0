package dev.strata.executor.learner;

import java.util.List;

/** What an unsupervised learner is built from, and the shapes of what comes of it. */
public interface UnsupervisedSpec extends LearnerSpec {
  @Override
  UnsupervisedLearner create();

  /** The encoder's layers, bottom to top; at least one. */
  List<DenseShape> encoder();

  /** The layers that lead back from the representation to the input. */
  List<DenseShape> decoder();
}
