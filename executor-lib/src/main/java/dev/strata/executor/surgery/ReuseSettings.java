package dev.strata.executor.surgery;

/**
 * Training settings of the reused layers of a network.
 *
 * @param freeze number of bottom layers to freeze, or name of the topmost frozen layer
 * @param inputDropout dropout rate of the network's inputs in training, in [0, 1); 0 where the
 *     output of frozen layers is computed once
 * @param hiddenDropout share of the reused layers' outputs that is dropped in training where they
 *     enter a layer that is trained, in [0, 1)
 * @param cached whether the output of frozen layers is computed once
 * @param rates of learning, layer by layer
 */
public record ReuseSettings(
    String freeze, double inputDropout, double hiddenDropout, boolean cached, LayerRates rates) {
  /** One learning rate for all layers; the output of frozen layers is computed once. */
  public ReuseSettings(int frozen, double inputDropout, double hiddenDropout) {
    this(Integer.toString(frozen), inputDropout, hiddenDropout, true, LayerRates.EQUAL);
  }

  /** The same with other frozen layers. */
  public ReuseSettings withFreeze(String other) {
    return new ReuseSettings(other, inputDropout, hiddenDropout, cached, rates);
  }
}
