package dev.strata.driver.evaluate;

/**
 * Metric of the best constant prediction on the evaluated rows: a model that is no better has
 * learned nothing that this metric shows.
 *
 * @param prediction such as {@code always no}
 * @param metric {@code accuracy}, {@code log-loss} or {@code rmse}
 * @param value of the constant prediction
 * @param model value of the model, of the same metric
 * @param reached whether the model is no better
 */
public record Baseline(
    String prediction, String metric, double value, double model, boolean reached) {}
