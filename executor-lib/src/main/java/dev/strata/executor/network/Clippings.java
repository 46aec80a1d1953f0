package dev.strata.executor.network;

import org.deeplearning4j.nn.conf.GradientNormalization;

/** What is done to large gradients, by the names that users write. */
final class Clippings {
  static final Names<GradientNormalization> NAMES =
      new Names<GradientNormalization>()
          .with("none", GradientNormalization.None)
          .with("l2-per-layer", GradientNormalization.ClipL2PerLayer)
          .with("l2-per-parameter", GradientNormalization.ClipL2PerParamType)
          .with("element-wise", GradientNormalization.ClipElementWiseAbsoluteValue)
          .with("renormalize-l2-per-layer", GradientNormalization.RenormalizeL2PerLayer)
          .with("renormalize-l2-per-parameter", GradientNormalization.RenormalizeL2PerParamType);

  private Clippings() {}
}
