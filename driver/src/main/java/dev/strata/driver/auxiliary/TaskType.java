package dev.strata.driver.auxiliary;

import java.util.List;
import java.util.Locale;

/** Types of auxiliary tasks, which need no labels. */
public enum TaskType {
  /** Whether a row is one of the data or a corrupted copy. */
  GOOD_OR_BAD("loss", ScoreEvaluator.ACCURACY, ScoreEvaluator.RANKING_ACCURACY),
  /** A score by which rows lie above their corrupted copies. */
  MAX_MARGIN("loss", ScoreEvaluator.RANKING_ACCURACY),
  /** Whether two rows are of one group, by the distance of what the network makes of them. */
  SAME_OR_DIFFERENT("loss", "accuracy", "roc-auc");

  private final List<String> metrics;

  TaskType(String... metrics) {
    this.metrics = List.of(metrics);
  }

  /** What {@link AuxiliaryTask#measure} measures. */
  public List<String> metrics() {
    return metrics;
  }

  /** As users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
