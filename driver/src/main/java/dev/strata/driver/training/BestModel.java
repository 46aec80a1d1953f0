package dev.strata.driver.training;

import dev.strata.driver.evaluate.EvaluationMetrics;
import dev.strata.driver.training.TrainingSettings.EarlyStopping;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.StateVector;
import java.util.Map;

/**
 * The best validation so far, by one metric, and how many validations came after it without an
 * improvement. Immutable.
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
      return new BestModel(
          measured, atRound, 0, keep ? now : StateVector.zeros(0), Map.copyOf(found));
    }
    return new BestModel(value, round, stale + 1, parameters, metrics);
  }

  boolean exhausted(EarlyStopping rule) {
    return rule.patience() > 0 && stale >= rule.patience();
  }

  private boolean improves(double measured, EarlyStopping rule) {
    if (Double.isNaN(value)) {
      return true;
    }
    return EvaluationMetrics.lowerIsBetter(rule.metric())
        ? measured < value - rule.minDelta()
        : measured > value + rule.minDelta();
  }
}
