package dev.strata.driver.models;

import dev.strata.executor.preprocess.Preprocessing;
import java.util.Optional;

/**
 * A bundle that was read and verified.
 *
 * @param folder Hadoop URI of the bundle itself, also where a run's folder was given
 * @param decoder of a pretrained encoder; absent where the model is none
 */
public record ModelBundle(
    String folder,
    TrainedModel model,
    Preprocessing preprocessing,
    Provenance provenance,
    Optional<Decoder> decoder) {
  /** A model that is no pretrained encoder. */
  public ModelBundle(
      String folder, TrainedModel model, Preprocessing preprocessing, Provenance provenance) {
    this(folder, model, preprocessing, provenance, Optional.empty());
  }
}
