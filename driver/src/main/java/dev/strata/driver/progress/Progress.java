package dev.strata.driver.progress;

/**
 * Progress of a run.
 *
 * @param phase what is being done, such as {@code train}
 * @param epoch the running one, from 1
 * @param epochs of the whole phase; 0 where it has none
 * @param examples done, of the whole phase (resumed ones included)
 * @param totalExamples of the whole phase
 * @param loss the newest training loss; NaN where there is none yet
 * @param examplesPerSecond recent speed; 0 where it is not known yet
 */
public record Progress(
    String phase,
    int epoch,
    int epochs,
    long examples,
    long totalExamples,
    double loss,
    double examplesPerSecond) {
  /** Seconds until the phase ends at the present speed; negative where that is not known. */
  public double secondsLeft() {
    return examplesPerSecond > 0 ? Math.max(0, totalExamples - examples) / examplesPerSecond : -1;
  }

  /** Share of the phase that is done, in [0, 1]. */
  public double share() {
    return totalExamples <= 0 ? 0 : Math.min(1.0, (double) examples / totalExamples);
  }
}
