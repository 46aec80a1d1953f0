package dev.strata.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One way of averaging and what came of it.
 *
 * @param batch rows of a worker's minibatch
 * @param learner what else the run depends on
 * @param metrics on held-back rows; empty before the run
 * @param seconds spent in rounds
 */
record AveragingResult(
    int workers,
    int batch,
    int every,
    String outer,
    Map<String, String> learner,
    Map<String, Double> metrics,
    double seconds) {

  AveragingResult measured(Map<String, Double> found, double took) {
    return new AveragingResult(workers, batch, every, outer, learner, found, took);
  }

  boolean isSameRun(AveragingResult other) {
    return workers == other.workers
        && batch == other.batch
        && every == other.every
        && outer.equals(other.outer)
        && learner.equals(other.learner);
  }

  /** Markdown; each run beside one worker's with the same learner. */
  static String table(List<AveragingResult> results) {
    StringBuilder text =
        new StringBuilder(
            "| workers | batch of a worker | global batch | every | outer | learner"
                + " | cross-entropy | to 1 worker | squared error | to 1 worker | s in rounds |\n"
                + "|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (AveragingResult result : results) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %d | %d | %d | %d | %s | %s | %.3f | %s | %.4f | %s | %.0f |%n",
              result.workers,
              result.batch,
              result.workers * result.batch,
              result.every,
              result.outer,
              result.learner.toString().replaceAll("[{},]", ""),
              result.metrics.get("cross-entropy"),
              result.toOne(results, "cross-entropy"),
              result.metrics.get("squared-error"),
              result.toOne(results, "squared-error"),
              result.seconds));
    }
    return text.toString();
  }

  private String toOne(List<AveragingResult> results, String metric) {
    return results.stream()
        .filter(other -> other.workers == 1 && other.learner.equals(learner))
        .findFirst()
        .map(
            one ->
                String.format(
                    Locale.ROOT,
                    "%+.2f %%",
                    100 * (metrics.get(metric) / one.metrics.get(metric) - 1)))
        .orElse("");
  }
}
