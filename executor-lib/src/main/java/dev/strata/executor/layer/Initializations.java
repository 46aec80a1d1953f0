package dev.strata.executor.layer;

import dev.strata.executor.failure.Names;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/**
 * Initial weights by the names that users write. DL4J's LECUN_UNIFORM and VAR_SCALING_* are left
 * out: their deviations are not those of the published formulas (√3 times and 0.87 times).
 */
public final class Initializations {
  /**
   * Orthonormal, and of unit variance on real rows: made of these random weights before training.
   */
  public static final String LSUV = "lsuv";

  public static final Names<WeightInit> NAMES =
      new Names<WeightInit>()
          .with("he-normal", WeightInit.RELU)
          .with("he-uniform", WeightInit.RELU_UNIFORM)
          .with("xavier", WeightInit.XAVIER)
          .with("xavier-uniform", WeightInit.XAVIER_UNIFORM)
          .with("xavier-fan-in", WeightInit.XAVIER_FAN_IN)
          .with("lecun-normal", WeightInit.LECUN_NORMAL)
          .with("sigmoid-uniform", WeightInit.SIGMOID_UNIFORM)
          .with("normal", WeightInit.NORMAL)
          .with(LSUV, WeightInit.LECUN_NORMAL)
          .with("uniform", WeightInit.UNIFORM)
          .with("zero", WeightInit.ZERO);

  private Initializations() {}

  public static WeightInit defaultFor(Activation activation) {
    return Activations.isReluFamily(activation) ? WeightInit.RELU : WeightInit.XAVIER;
  }
}
