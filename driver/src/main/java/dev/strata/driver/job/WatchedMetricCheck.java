package dev.strata.driver.job;

import dev.strata.driver.evaluate.EvaluationMetrics;
import dev.strata.driver.evaluate.EvaluationSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.ShardManifest;
import java.util.List;

/** What early stopping and the best model watch, held against what the labels are measured by. */
final class WatchedMetricCheck {
  private WatchedMetricCheck() {}

  /**
   * Checks before an epoch is trained that its validation has the metric, and the positive class.
   *
   * @throws StrataException (configuration)
   */
  static void require(
      TrainingSettings training, EvaluationSettings evaluation, ShardManifest rows) {
    ArraySpec label = rows.array(ArrayRole.LABEL, 0).orElseThrow();
    evaluation.positiveIndex(rows.classes());
    List<String> measured =
        label.holdsClasses()
            ? EvaluationMetrics.ofClasses(label.classes(), evaluation.topK())
            : EvaluationMetrics.OF_VALUES;
    String watched = training.earlyStopping().metric();
    if (!measured.contains(watched)) {
      throw StrataException.configuration("metric not available for this kind of label")
          .key("training.early-stopping.metric")
          .found(watched)
          .expected("one of " + String.join(", ", measured))
          .build();
    }
  }
}
