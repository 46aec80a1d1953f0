package dev.strata.executor.learner;

import java.util.List;

/** Spec of an unsupervised learner, with the shapes of the encoder and decoder that it trains. */
public interface UnsupervisedSpec extends LearnerSpec {
  @Override
  UnsupervisedLearner create();

  /** The encoder's layers, bottom to top; at least one. */
  List<DenseShape> encoder();

  /** The layers that lead back from the representation to the input. */
  List<DenseShape> decoder();
}
