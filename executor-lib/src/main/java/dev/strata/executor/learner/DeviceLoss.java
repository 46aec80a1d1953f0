package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.Function;
import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * Activation and loss of an output layer on an accelerator. Cross-entropy of sigmoids comes from
 * logits: it is not cut, as DL4J's is where an output is within 1e-5 of 0 or 1.
 */
interface DeviceLoss {
  /**
   * Adds the loss, summed over rows; z becomes its gradient.
   *
   * @param z {@code [b, n]} without the bias
   * @param weights of the rows, {@code [b]}, or null
   */
  void apply(
      Accelerator accelerator,
      DeviceArray z,
      DeviceArray bias,
      DeviceArray labels,
      DeviceArray weights,
      int b,
      int n);

  /** By DL4J's objects; empty where an accelerator has none such. */
  static Optional<DeviceLoss> of(IActivation activation, ILossFunction loss) {
    if (activation instanceof ActivationSoftmax && loss.equals(new LossMCXENT())) {
      return Optional.of((a, z, bias, y, w, b, n) -> a.softmaxLoss(z, bias, y, w, b, n, 1));
    }
    if (activation instanceof ActivationSigmoid && loss.equals(new LossBinaryXENT())) {
      return Optional.of((a, z, bias, y, w, b, n) -> a.sigmoidLoss(z, bias, y, w, b, n, 1, 1));
    }
    Optional<Function> function =
        DeviceFunctions.of(activation).filter(DeviceFunctions::slopeFollowsFromValue);
    if (function.isPresent() && loss.equals(new LossMSE())) {
      return Optional.of(
          (a, z, bias, y, w, b, n) ->
              a.squaredLoss(function.get(), z, bias, y, w, b, n, 2f / n, 1.0 / n));
    }
    if (function.isPresent() && loss.equals(new LossL2())) {
      return Optional.of(
          (a, z, bias, y, w, b, n) -> a.squaredLoss(function.get(), z, bias, y, w, b, n, 2, 1));
    }
    return Optional.empty();
  }
}
