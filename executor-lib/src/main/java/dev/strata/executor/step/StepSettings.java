package dev.strata.executor.step;

import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.Clippings;
import java.io.Serializable;

/**
 * What a network's training step does beside its stock DL4J configuration, which has no place for
 * it: a saved model does not have it.
 *
 * @param targets rows and labels
 * @param clipping of the gradient, of a type that DL4J lacks; none for others, which are in the
 *     stock configuration
 */
public record StepSettings(TargetSettings targets, ClippingSettings clipping)
    implements Serializable {
  public StepSettings {
    clipping = clipping.type().equals(Clippings.GLOBAL) ? clipping : ClippingSettings.none();
  }

  /** The step of the stock configuration. */
  public static final StepSettings STOCK = clipped(ClippingSettings.none());

  /** Clipping alone. */
  public static StepSettings clipped(ClippingSettings clipping) {
    return new StepSettings(TargetSettings.NONE, clipping);
  }

  /** The same with rows and labels as they are. */
  public StepSettings withoutTargets() {
    return clipped(clipping);
  }
}
