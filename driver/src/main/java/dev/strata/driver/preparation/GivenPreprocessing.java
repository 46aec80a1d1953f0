package dev.strata.driver.preparation;

import dev.strata.executor.preprocess.Preprocessing;

/**
 * A model's preprocessing that is applied to other data.
 *
 * @param ownLabel whether the label is fitted on these data, for a new output layer; otherwise it
 *     is the model's
 */
record GivenPreprocessing(Preprocessing model, boolean ownLabel) {}
