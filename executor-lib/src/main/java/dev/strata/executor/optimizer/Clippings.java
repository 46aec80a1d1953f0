package dev.strata.executor.optimizer;

import dev.strata.executor.failure.Names;
import org.deeplearning4j.nn.conf.GradientNormalization;

/** What is done to large gradients, by the names that users write. */
public final class Clippings {
  /** By the norm over all layers: DL4J has none, and its configuration is that of {@code none}. */
  public static final String GLOBAL = "l2-global";

  public static final Names<GradientNormalization> NAMES =
      new Names<GradientNormalization>()
          .with("none", GradientNormalization.None)
          .with(GLOBAL, GradientNormalization.None)
          .with("l2-per-layer", GradientNormalization.ClipL2PerLayer)
          .with("l2-per-parameter", GradientNormalization.ClipL2PerParamType)
          .with("element-wise", GradientNormalization.ClipElementWiseAbsoluteValue)
          .with("renormalize-l2-per-layer", GradientNormalization.RenormalizeL2PerLayer)
          .with("renormalize-l2-per-parameter", GradientNormalization.RenormalizeL2PerParamType);

  private Clippings() {}

  /**
   * Whether DL4J changes gradients.
   *
   * @param type of a layer; null where it has none
   */
  public static boolean clips(GradientNormalization type) {
    return type != null && type != GradientNormalization.None;
  }
}
