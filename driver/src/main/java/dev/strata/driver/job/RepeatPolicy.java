package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What becomes of a run of the same job that the output holds already.
 *
 * @param earlier of a run with the same or other settings
 * @param redone whether a run is done again where its sources or its model have changed; training,
 *     which is dear, refuses that instead
 * @param reads names what the job reads
 * @param longer whether a finished training may continue to a higher {@code training.epochs}
 */
public record RepeatPolicy(
    Earlier earlier, boolean redone, Consumer<JobInputs> reads, Function<Settings, Longer> longer) {

  /** What becomes of a run that the output holds, by its settings. */
  public enum Earlier {
    /** It is gone on with, or refused where its settings were others. */
    RESUMED,
    /** The same; but as nothing is kept of an unfinished one, its settings may have been others. */
    RESTARTED,
    /** The job runs again, finished or not; its output stays until there is a new one. */
    SUPERSEDED
  }

  /**
   * What another number of epochs is to a finished run.
   *
   * @param matters whether the job counts epochs by {@code training.epochs}
   * @param obstacle why it cannot continue like one that had the higher number from the start have;
   *     empty where it can
   */
  public record Longer(boolean matters, Optional<String> obstacle) {
    public static final Longer NOTHING = new Longer(false, Optional.empty());
    public static final Longer GOES_ON = new Longer(true, Optional.empty());

    public static Longer refused(String obstacle) {
      return new Longer(true, Optional.of(obstacle));
    }
  }

  /** Of a job that is cheap beside training. */
  public static RepeatPolicy redone(Earlier earlier, Consumer<JobInputs> reads) {
    return new RepeatPolicy(earlier, true, reads, settings -> Longer.NOTHING);
  }

  /** Of training. */
  public static RepeatPolicy training(
      Consumer<JobInputs> reads, Function<Settings, Longer> longer) {
    return new RepeatPolicy(Earlier.RESUMED, false, reads, longer);
  }
}
