package dev.strata.driver.trial;

import dev.strata.driver.evaluate.MetricText;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialResult;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trials whose results are kept as they come: what is done is not done again. */
public final class KeptTrials {
  private static final Logger LOG = LoggerFactory.getLogger(KeptTrials.class);

  private final TrialFolder folder;
  private final Runnable beforeCommit;

  /**
   * @param folder that keeps the results
   * @param beforeCommit called before a result is kept; throws where the run has lost its folder
   */
  public KeptTrials(TrialFolder folder, Runnable beforeCommit) {
    this.folder = folder;
    this.beforeCommit = beforeCommit;
  }

  /**
   * A trial.
   *
   * @param hash of all that its scores depend on
   */
  public record Planned(Trial trial, String hash) {}

  /** Results of earlier attempts, by the trials' names. */
  public Map<String, TrialResult> find(Collection<Planned> planned) {
    Map<String, TrialResult> found = new HashMap<>();
    for (Planned one : planned) {
      folder
          .find(one.trial().name(), one.hash())
          .ifPresent(result -> found.put(result.name(), result));
    }
    return found;
  }

  /**
   * Runs trials and keeps their results. Of a trial that failed the stack trace is written instead,
   * so that it runs again next time.
   *
   * @param runner with the rows and starts that the trials name
   * @param taker gets each result as it comes
   */
  public void run(TrialRunner runner, List<Planned> planned, Consumer<TrialResult> taker) {
    runner.runEach(
        planned.stream().map(Planned::trial).toList(),
        (index, result) -> {
          beforeCommit.run();
          if (result.failure() == null) {
            folder.keep(planned.get(index).hash(), result);
          } else {
            LOG.info("Trial {} failed: see {}", result.name(), folder.explain(result));
          }
          taker.accept(result);
        });
  }

  /** A result in a line for people. */
  public static String words(TrialResult result) {
    return result.failure() == null
        ? "%s, error %s, loss %s, %.1f s"
            .formatted(
                result.name(),
                MetricText.number(result.last().error()),
                MetricText.number(result.last().loss()),
                result.seconds())
        : "%s failed: %s".formatted(result.name(), result.failure());
  }
}
