package dev.strata.driver.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Warnings about weaknesses that single metrics hide; {@code docs/metrics.md} defines each. */
final class EvaluationWarnings {
  private static final int MOST = 5;

  private EvaluationWarnings() {}

  /**
   * @param neverPredicted sentence on classes that are never predicted
   */
  static List<String> of(Optional<String> neverPredicted, List<Baseline> baselines) {
    List<String> warnings = new ArrayList<>(neverPredicted.stream().toList());
    List<Baseline> reached = baselines.stream().filter(Baseline::reached).toList();
    reached.stream().limit(MOST).map(EvaluationWarnings::sentence).forEach(warnings::add);
    if (reached.size() > MOST) {
      warnings.add("the same applies to " + (reached.size() - MOST) + " more columns");
    }
    return warnings;
  }

  private static String sentence(Baseline baseline) {
    return "%s %s is no better than the %s of predicting %s"
        .formatted(
            baseline.metric(),
            MetricText.number(baseline.model()),
            MetricText.number(baseline.value()),
            baseline.prediction());
  }
}
