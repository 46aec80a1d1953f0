package dev.strata.executor.network;

import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/** Initial weights by the names that users write. */
final class Initializations {
  static final Names<WeightInit> NAMES =
      new Names<WeightInit>()
          .with("he-normal", WeightInit.RELU)
          .with("he-uniform", WeightInit.RELU_UNIFORM)
          .with("xavier", WeightInit.XAVIER)
          .with("xavier-uniform", WeightInit.XAVIER_UNIFORM)
          .with("xavier-fan-in", WeightInit.XAVIER_FAN_IN)
          .with("lecun-normal", WeightInit.LECUN_NORMAL)
          .with("lecun-uniform", WeightInit.LECUN_UNIFORM)
          .with("sigmoid-uniform", WeightInit.SIGMOID_UNIFORM)
          .with("normal", WeightInit.NORMAL)
          .with("uniform", WeightInit.UNIFORM)
          .with("zero", WeightInit.ZERO)
          .with("variance-normal-fan-in", WeightInit.VAR_SCALING_NORMAL_FAN_IN)
          .with("variance-normal-fan-out", WeightInit.VAR_SCALING_NORMAL_FAN_OUT)
          .with("variance-normal-fan-average", WeightInit.VAR_SCALING_NORMAL_FAN_AVG)
          .with("variance-uniform-fan-in", WeightInit.VAR_SCALING_UNIFORM_FAN_IN)
          .with("variance-uniform-fan-out", WeightInit.VAR_SCALING_UNIFORM_FAN_OUT)
          .with("variance-uniform-fan-average", WeightInit.VAR_SCALING_UNIFORM_FAN_AVG);

  private Initializations() {}

  static WeightInit defaultFor(Activation activation) {
    return Activations.isReluFamily(activation) ? WeightInit.RELU : WeightInit.XAVIER;
  }
}
