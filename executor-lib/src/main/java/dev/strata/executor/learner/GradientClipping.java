package dev.strata.executor.learner;

import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.Clippings;
import dev.strata.executor.optimizer.UpdateRules;
import dev.strata.executor.step.GlobalClipping;
import java.util.List;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What DL4J does to large gradients, on a flat gradient: ‖g‖ of a layer or of one of its parameters
 * is brought to the threshold where it is greater (clip) or always to 1 (renormalize), or each
 * element is brought into ± threshold.
 */
final class GradientClipping {
  /** Stands for the length of a gradient of zeros, as in DL4J. */
  private static final double LENGTH_OF_ZEROS = 1e-5;

  private final GradientNormalization type;
  private final boolean global;
  private final double threshold;
  private final List<long[]> layers;

  /**
   * @param layers the bounds of a layer's parameters in the flat vector, ascending: parameter i is
   *     [bounds[i], bounds[i + 1])
   */
  GradientClipping(ClippingSettings settings, List<long[]> layers) {
    this.type = UpdateRules.clipping(settings);
    this.global = settings.type().equals(Clippings.GLOBAL);
    this.threshold = settings.threshold();
    this.layers = layers.stream().map(long[]::clone).toList();
  }

  boolean changesNothing() {
    return !global && type == GradientNormalization.None;
  }

  /** In place. */
  void apply(INDArray gradient) {
    if (global) {
      new GlobalClipping(threshold, List.of(gradient)).gradient(1);
      return;
    }
    switch (type) {
      case None -> {}
      case ClipElementWiseAbsoluteValue ->
          gradient.assign(Transforms.max(Transforms.min(gradient, threshold), -threshold));
      case ClipL2PerLayer, RenormalizeL2PerLayer ->
          layers.forEach(bounds -> scale(gradient, bounds[0], bounds[bounds.length - 1]));
      default ->
          layers.forEach(
              bounds -> {
                for (int i = 0; i + 1 < bounds.length; i++) {
                  scale(gradient, bounds[i], bounds[i + 1]);
                }
              });
    }
  }

  private void scale(INDArray gradient, long from, long to) {
    INDArray part = gradient.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
    double length = part.norm2Number().doubleValue();
    boolean renormalize =
        type == GradientNormalization.RenormalizeL2PerLayer
            || type == GradientNormalization.RenormalizeL2PerParamType;
    if (renormalize) {
      part.divi(length == 0 ? LENGTH_OF_ZEROS : length);
    } else if (length > threshold) {
      part.muli(threshold / length);
    }
  }
}
