package dev.strata.driver.pretrain;

import java.util.ArrayList;
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

  /**
   * The same with everything chosen that depends on the layers' inputs: those of upper layers are
   * the outputs of the layers below.
   *
   * @param unitInputs whether all elements of the rows lie in [0, 1]
   */
  public PretrainSettings forInputs(boolean unitInputs) {
    List<LayerPlan> chosen = new ArrayList<>();
    boolean unit = unitInputs;
    for (LayerPlan layer : layers) {
      LayerModel model = layer.model().forInputs(unit);
      chosen.add(new LayerPlan(layer.name(), layer.units(), model, layer.phase()));
      unit = model.activation().equals("sigmoid");
    }
    return new PretrainSettings(chosen, keepActivations, unroll);
  }
}
