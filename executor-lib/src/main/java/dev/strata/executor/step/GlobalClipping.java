package dev.strata.executor.step;

import dev.strata.executor.kernels.Sums;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Clips the gradient by its norm over all layers: {@code g · min(1, c / ‖g‖)} (Pascanu et al. 2013,
 * algorithm 1), of the mean loss of the rows, before l1 and l2 are added.
 */
public final class GlobalClipping implements StepPart {
  private final double threshold;
  private final List<INDArray> gradients;

  /**
   * @param threshold c, above 0
   * @param gradients flat views that together are the gradient
   */
  public GlobalClipping(double threshold, List<INDArray> gradients) {
    this.threshold = threshold;
    this.gradients = List.copyOf(gradients);
  }

  @Override
  public void gradient(int rows) {
    double squares = 0;
    for (INDArray gradient : gradients) {
      squares += Sums.ofSquares(gradient);
    }
    double norm = Math.sqrt(squares) / rows;
    // Infinity and NaN stay what they are, so that training stops at them.
    if (norm > threshold && Double.isFinite(norm)) {
      gradients.forEach(gradient -> gradient.muli(threshold / norm));
    }
  }
}
