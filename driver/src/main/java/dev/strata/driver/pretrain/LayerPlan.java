package dev.strata.driver.pretrain;

/**
 * One layer to be pretrained.
 *
 * @param name in the encoder and in messages
 * @param units width of its output
 * @param model what is trained to find its weights
 * @param phase how
 */
public record LayerPlan(String name, int units, LayerModel model, PhaseSettings phase) {}
