package dev.strata.executor.step;

import java.io.Serializable;

/**
 * How the rows and labels of a training step differ from those of the data ({@link
 * MinibatchTargets}).
 *
 * @param labelSmoothing ε of label smoothing, in [0, 1); 0: none
 * @param mixup α of mixup, at least 0; 0: none
 */
public record TargetSettings(double labelSmoothing, double mixup) implements Serializable {
  /** Rows and labels as they are. */
  public static final TargetSettings NONE = new TargetSettings(0, 0);
}
