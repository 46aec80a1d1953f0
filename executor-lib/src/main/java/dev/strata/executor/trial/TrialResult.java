package dev.strata.executor.trial;

import java.io.Serializable;
import java.util.List;

/**
 * How a trial went.
 *
 * @param name the trial's
 * @param curve scores in the order of epochs; it ends where the loss is no number any more
 * @param diverged whether it ended so
 * @param trainSeconds time of the steps alone
 * @param seconds time of all
 */
public record TrialResult(
    String name, List<TrialScore> curve, boolean diverged, double trainSeconds, double seconds)
    implements Serializable {
  public TrialResult {
    curve = List.copyOf(curve);
  }

  /** The score after the last epoch. */
  public TrialScore last() {
    return curve.get(curve.size() - 1);
  }
}
