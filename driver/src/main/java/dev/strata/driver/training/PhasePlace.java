package dev.strata.driver.training;

import java.util.Optional;

/**
 * Place of a training phase in its run.
 *
 * @param layer name of the layer that is trained alone, for the history; empty where a whole
 *     network is trained
 * @param oneOfSeveral whether the run has further phases: its checkpoints then lie in a folder of
 *     the phase's name below {@code checkpoints}, and the history keeps the phases before it
 * @param section of the configuration that holds the phase's updater, for messages
 */
public record PhasePlace(Optional<String> layer, boolean oneOfSeveral, String section) {
  /** The only phase of a run that trains the section {@code network}. */
  public static final PhasePlace SOLE = new PhasePlace(Optional.empty(), false, "network");

  /** The pretraining of a layer, one phase of several. */
  public static PhasePlace ofLayer(String layer, String section) {
    return new PhasePlace(Optional.of(layer), true, section);
  }

  /** A whole network, one phase of several. */
  public static PhasePlace ofNetwork(String section) {
    return new PhasePlace(Optional.empty(), true, section);
  }
}
