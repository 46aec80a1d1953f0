package dev.strata.executor.optimizer;

import java.io.Serializable;

/**
 * The configuration section {@code network.clipping}.
 *
 * @param type none; l2-global (over all layers), l2-per-layer or l2-per-parameter (a gradient
 *     longer than the threshold is shortened to it); element-wise (elements are cut to ±
 *     threshold); renormalize-l2-per-layer or renormalize-l2-per-parameter (gradients are divided
 *     by their length)
 * @param threshold &gt; 0; not used by the last two
 */
public record ClippingSettings(String type, double threshold) implements Serializable {
  /** The defaults of the keys: no clipping; threshold 1. */
  public static ClippingSettings none() {
    return new ClippingSettings("none", 1.0);
  }
}
