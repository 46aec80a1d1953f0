package dev.strata.executor.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Losses of a reconstruction r = g(z + bias) against x, all {@code [b, n]} in C order, summed over
 * all elements; z is overwritten with the gradient of scale · loss.
 */
public final class ReconstructionLoss {
  private ReconstructionLoss() {}

  /**
   * −Σ x ln r + (1−x) ln(1−r) with g = sigmoid, as Σ softplus(z) − x z: {@code z = (r − x) scale}.
   *
   * @param bias {@code [1, n]}
   */
  public static double crossEntropy(INDArray z, INDArray bias, INDArray x, double scale) {
    if (FlatMemory.arePlain(z, bias, x)) {
      return ReconstructionLoop.crossEntropy(z, bias, x, (float) scale);
    }
    z.addiRowVector(bias);
    double sum = Transforms.softPlus(z, true).subi(z.mul(x)).sumNumber().doubleValue();
    z.assign(Transforms.sigmoid(z, true).subi(x).muli(scale));
    return sum;
  }

  /**
   * ½ Σ (x−r)²: {@code z = (r − x) g'(z) scale}.
   *
   * @param bias {@code [1, n]}
   */
  public static double squaredError(
      Nonlinearity function, INDArray z, INDArray bias, INDArray x, double scale) {
    function.apply(z, bias);
    if (FlatMemory.arePlain(z, x)) {
      return ReconstructionLoop.squaredError(function, z, x, (float) scale);
    }
    INDArray slope = function.slope(z);
    z.subi(x);
    double sum = z.mul(z).sumNumber().doubleValue() / 2;
    z.muli(slope).muli(scale);
    return sum;
  }

  /** Σ a². */
  public static double squares(INDArray array) {
    if (FlatMemory.isPlain(array)) {
      return ReconstructionLoop.squares(array);
    }
    return array.mul(array).sumNumber().doubleValue();
  }

  /** Σ (a−b)². */
  public static double squaredDistance(INDArray a, INDArray b) {
    return FlatMemory.arePlain(a, b)
        ? ReconstructionLoop.squaredDistance(a, b)
        : a.squaredDistance(b);
  }
}
