package dev.strata.driver.evaluate;

/**
 * What a constant prediction reaches on the rows that were evaluated: the best constant for its
 * metric, so that a model that is no better has learnt nothing that the metric shows.
 *
 * @param prediction such as {@code always no}
 * @param metric {@code accuracy}, {@code log-loss} or {@code rmse}
 * @param value of the constant prediction
 * @param model value of the model, of the same metric
 * @param reached whether the model is no better
 */
public record Baseline(
    String prediction, String metric, double value, double model, boolean reached) {}
