package dev.strata.driver.pretrain;

import java.util.List;
import java.util.Optional;

/**
 * The section {@code pretrain} of the configuration.
 *
 * @param layers bottom to top; at least one where pretraining is asked for
 * @param keepActivations whether the activations that upper layers were trained on stay
 * @param unroll the last phase: the whole stack end to end; absent: none
 */
public record PretrainSettings(
    List<LayerPlan> layers, boolean keepActivations, Optional<UnrollPlan> unroll) {
  public PretrainSettings {
    layers = List.copyOf(layers);
  }
}
