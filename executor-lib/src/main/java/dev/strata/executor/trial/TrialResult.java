package dev.strata.executor.trial;

import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.util.List;

/**
 * Result of a trial.
 *
 * @param name the trial's
 * @param curve scores in the order of epochs; it ends when the loss is NaN
 * @param diverged whether it ended so
 * @param trainSeconds time of the steps alone
 * @param seconds time of all
 * @param failure what the trial failed of; null where it did not, so that kept files lack it
 * @param stackTrace of the failure; null as well
 */
public record TrialResult(
    String name,
    List<TrialScore> curve,
    boolean diverged,
    double trainSeconds,
    double seconds,
    String failure,
    String stackTrace)
    implements Serializable {
  /** Of a trial that did not fail. */
  public TrialResult(
      String name, List<TrialScore> curve, boolean diverged, double trainSeconds, double seconds) {
    this(name, curve, diverged, trainSeconds, seconds, null, null);
  }

  /** Of a trial that failed: its score is no number. */
  public static TrialResult failed(String name, Throwable failure) {
    StringWriter stackTrace = new StringWriter();
    failure.printStackTrace(new PrintWriter(stackTrace, true));
    TrialScore none = new TrialScore(0, Double.NaN, Double.NaN);
    return new TrialResult(
        name, List.of(none), true, 0, 0, failure.toString(), stackTrace.toString());
  }

  public TrialResult {
    curve = List.copyOf(curve);
  }

  /** The score after the last epoch. */
  public TrialScore last() {
    return curve.get(curve.size() - 1);
  }
}
