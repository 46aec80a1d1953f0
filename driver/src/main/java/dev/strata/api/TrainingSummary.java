package dev.strata.api;

import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import java.util.List;
import java.util.Map;

/**
 * What a fit did: its losses, metrics and speed.
 *
 * @param job such as {@code train}
 * @param objectiveHistory mean training loss of each round, in order
 * @param metrics split ({@code train}, {@code validation}) → metric → value
 * @param epochs finished
 * @param rounds finished: averagings
 * @param examplesPerSecond rows trained on in a second
 * @param modelPath folder of the model, which a fit without {@code outputDir} has removed
 * @param modelSha256 equal for equal networks and parameters, whichever way they were trained
 */
public record TrainingSummary(
    String job,
    List<Double> objectiveHistory,
    Map<String, Map<String, Double>> metrics,
    int epochs,
    long rounds,
    double examplesPerSecond,
    String modelPath,
    String modelSha256) {

  TrainingSummary(RunResult result, List<HistoryEntry> history) {
    this(
        result.job(),
        history.stream().map(HistoryEntry::loss).toList(),
        result.metrics(),
        result.epochs(),
        result.rounds(),
        result.examplesPerSecond(),
        result.modelPath(),
        result.modelSha256());
  }

  /** Number of averagings, as Spark's own summaries name it. */
  public long totalIterations() {
    return rounds;
  }
}
