package dev.strata.executor.auxiliary;

import java.io.Serializable;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What is learned of rows and corrupted copies of them, by a network whose output is linear. The
 * objective's loss is put on the network for training alone.
 */
public sealed interface Objective extends Serializable
    permits ContrastiveObjective, MaskObjective, ScoreObjective, SoftLabelObjective {
  /** Copies of each row; 0 where rows are learned from as they are. */
  int copies();

  /** Puts activation and loss for training on the output layer. */
  void install(BaseOutputLayer top);

  /** What the network sees of rows and their copies. A new one, for one thread. */
  CopyExamples examples();

  /**
   * What a network learns from.
   *
   * @param outputs numbers of its output
   */
  default CopyExamples examples(long outputs) {
    return examples();
  }

  /** How rows are measured: as they are learned from, or without copies. */
  default Objective measured() {
    return this;
  }

  /** How many sums {@link #measure} adds to. */
  int sums();

  /**
   * Adds what there is to say of a minibatch, nothing regularised.
   *
   * @param outputs of the network for the inputs that {@link #examples} made
   * @param labels that {@link #examples} made
   */
  void measure(INDArray outputs, INDArray labels, double[] sums);

  /**
   * Metric → value, {@code loss} among them.
   *
   * @param rows that were measured, with all their copies; at least 1
   */
  Map<String, Double> metrics(double[] sums, long rows);
}
