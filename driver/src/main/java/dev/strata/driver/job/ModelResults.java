package dev.strata.driver.job;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.RunResult;
import java.util.Map;

/** The result of a job that uses a model as it is. */
final class ModelResults {
  private ModelResults() {}

  /**
   * @param begun {@code System.nanoTime()} at the start of the job
   */
  static RunResult of(
      ManagedRun run, ModelBundle bundle, Map<String, Map<String, Double>> metrics, long begun) {
    return new RunResult(
        run.context().command(),
        RunResult.FINISHED,
        metrics,
        null,
        null,
        null,
        run.settings().training().workers(),
        bundle.model().parameters().length(),
        null,
        (System.nanoTime() - begun) / 1e9,
        null,
        bundle.folder(),
        bundle.model().sha256(),
        run.settings().seed(),
        null);
  }
}
