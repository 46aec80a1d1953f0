package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * L1, L2 and weight decay of a network's parameters on an accelerator, as DL4J has them: the first
 * two add to the gradient, after it is clipped; weight decay to the step, past the updater.
 */
final class DevicePenalties {
  private final Accelerator accelerator;
  private final List<Part> parts = new ArrayList<>();

  /** Penalties of parameters w. */
  private record Part(
      List<Regularization> penalties, IUpdater updater, DeviceArray w, DeviceArray g) {
    /** How much of w a step takes, past the updater. */
    double decay(int iteration, int epoch) {
      double sum = 0;
      for (Regularization penalty : penalties) {
        if (penalty instanceof WeightDecay decay) {
          double rate = decay.isApplyLR() ? updater.getLearningRate(iteration, epoch) : 1;
          sum += rate * decay.getCoeff().valueAt(iteration, epoch);
        }
      }
      return sum;
    }
  }

  DevicePenalties(Accelerator accelerator) {
    this.accelerator = accelerator;
  }

  /**
   * Of one parameter.
   *
   * @param penalties may be null, for none
   * @param updater whose learning rate weight decay may follow
   */
  void add(List<Regularization> penalties, IUpdater updater, DeviceArray w, DeviceArray gradient) {
    if (penalties != null && !penalties.isEmpty()) {
      parts.add(new Part(penalties, updater, w, gradient));
    }
  }

  /**
   * Adds them to the loss and to the gradient, or takes them from the parameters, before the
   * updater's step.
   *
   * @param rows for which loss and gradient are summed
   */
  void apply(int rows, int iteration, int epoch) {
    for (Part part : parts) {
      part.penalties.forEach(penalty -> add(penalty, part, rows, iteration, epoch));
      double decay = part.decay(iteration, epoch);
      if (decay != 0) {
        accelerator.combine(part.w, (float) (1 - decay), part.w, 0);
      }
    }
  }

  private void add(Regularization penalty, Part part, int rows, int iteration, int epoch) {
    if (penalty instanceof L1Regularization l1) {
      double factor = rows * l1.getL1().valueAt(iteration, epoch);
      accelerator.shrink(part.g, part.w, (float) factor, factor);
    } else if (penalty instanceof L2Regularization l2) {
      double factor = rows * l2.getL2().valueAt(iteration, epoch);
      accelerator.decay(part.g, part.w, (float) factor, factor / 2);
    } else if (penalty instanceof WeightDecay decay) {
      double factor = rows * decay.getCoeff().valueAt(iteration, epoch);
      accelerator.decay(part.g, part.w, 0, factor / 2);
    }
  }
}
