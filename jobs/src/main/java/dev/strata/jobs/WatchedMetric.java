package dev.strata.jobs;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ShardManifest;
import java.util.List;

/** What early stopping and the best model watch, held against what the labels are measured by. */
final class WatchedMetric {
  private WatchedMetric() {}

  /**
   * Tells before an epoch is trained that its validation would lack the metric.
   *
   * @throws StrataException (configuration)
   */
  static void require(TrainingSettings training, ShardManifest rows) {
    List<String> measured =
        rows.array(ArrayRole.LABEL, 0).orElseThrow().holdsClasses()
            ? EvaluationResult.OF_CLASSES
            : EvaluationResult.OF_VALUES;
    String watched = training.earlyStopping().metric();
    if (!measured.contains(watched)) {
      throw StrataException.configuration("the labels are not measured so")
          .key("training.early-stopping.metric")
          .found(watched)
          .expected("one of " + String.join(", ", measured))
          .build();
    }
  }
}
