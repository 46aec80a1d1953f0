package dev.strata.executor.learner;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A learner that is trained on inputs alone and gives a representation of them: an autoencoder, a
 * restricted Boltzmann machine, a stack of either. The first elements of its parameters are the
 * encoder's dense layers, bottom to top, each as {@link DenseShape} lays it out; they take inputs
 * over {@link LearnerSpec#divisorOfRows}.
 */
public interface UnsupervisedLearner extends Learner {
  /**
   * Names of what {@link #measure} sums; the first is {@code loss}, by which the best parameters
   * are chosen.
   */
  List<String> measures();

  /**
   * Sums over the rows, in the order of {@link #measures}. Nothing is corrupted, sampled or
   * changed: a function of parameters and rows alone.
   *
   * @param input {@code [b, inputs]}
   */
  double[] measure(INDArray input);

  /**
   * The representation, nothing corrupted or sampled.
   *
   * @param input {@code [b, inputs]}
   * @return {@code [b, units]}, valid until the next call
   */
  INDArray encode(INDArray input);

  /**
   * What the learner gives back of its input through its representation, nothing corrupted or
   * sampled.
   *
   * @return {@code [b, inputs]}, valid until the next call
   */
  INDArray reconstruct(INDArray input);

  /**
   * A copy of the decoder's dense layers, top to bottom, laid out as {@link
   * UnsupervisedSpec#decoder} says; of tied weights the transpose.
   */
  INDArray decoderParameters();
}
