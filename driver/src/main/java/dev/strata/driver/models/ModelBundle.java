package dev.strata.driver.models;

import dev.strata.executor.preprocess.Preprocessing;

/**
 * A bundle that was read and verified.
 *
 * @param folder Hadoop URI of the bundle itself, also where a run's folder was given
 */
public record ModelBundle(
    String folder, TrainedModel model, Preprocessing preprocessing, Provenance provenance) {}
