package dev.strata.driver.training;

import dev.strata.driver.evaluate.EvaluationMetrics;
import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.training.TrainingSettings.EarlyStopping;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.StateVector;
import java.util.Map;

/**
 * The best validation so far, by one metric, and how many validations came after it without an
 * improvement. Immutable.
 *
 * <p>The free-energy gap of an RBM (Hinton 2010, section 6) is near 0 at first and rises with
 * overfitting, so that its lowest value is that of a model that has learned nothing. A validation
 * counts as an improvement as long as its gap is at most {@code min-delta} above the lowest gap so
 * far; the best model is that of the last such validation, and the value the lowest gap.
 *
 * @param value of the metric; NaN before the first validation
 * @param round whose parameters these are
 * @param stale validations since then
 * @param parameters empty before the first validation, or where only the last parameters are wanted
 * @param metrics of that validation
 */
record BestModel(
    double value, long round, int stale, StateVector parameters, Map<String, Double> metrics) {
  static final BestModel NONE = new BestModel(Double.NaN, 0, 0, StateVector.zeros(0), Map.of());

  /** What is best after one more validation. */
  BestModel after(
      Map<String, Double> found, long atRound, StateVector now, EarlyStopping rule, boolean keep) {
    Double measured = found.get(rule.metric());
    if (measured == null) {
      throw StrataException.configuration("the validation has no such metric")
          .key("training.early-stopping.metric")
          .found(rule.metric())
          .expected("one of " + String.join(", ", found.keySet()))
          .build();
    }
    if (improves(measured, rule)) {
      double best = isGap(rule) && measured > value ? value : measured;
      return new BestModel(best, atRound, 0, keep ? now : StateVector.zeros(0), Map.copyOf(found));
    }
    return new BestModel(value, round, stale + 1, parameters, metrics);
  }

  boolean exhausted(EarlyStopping rule) {
    return rule.patience() > 0 && stale >= rule.patience();
  }

  /** The end of early stopping, in words. */
  String ending(EarlyStopping rule) {
    String metric = rule.metric();
    return isGap(rule)
        ? "in %d validations in a row %s was more than %s above its lowest value %s; last within it"
                .formatted(
                    stale, metric, MetricText.number(rule.minDelta()), MetricText.number(value))
            + " after round "
            + round
        : stale
            + " validations without improvement; best "
            + metric
            + " "
            + MetricText.number(value)
            + " after round "
            + round;
  }

  private static boolean isGap(EarlyStopping rule) {
    return rule.metric().equals(EvaluationMetrics.FREE_ENERGY_GAP);
  }

  private boolean improves(double measured, EarlyStopping rule) {
    if (Double.isNaN(value)) {
      return true;
    }
    if (isGap(rule)) {
      return measured <= value + rule.minDelta();
    }
    return EvaluationMetrics.lowerIsBetter(rule.metric())
        ? measured < value - rule.minDelta()
        : measured > value + rule.minDelta();
  }
}
