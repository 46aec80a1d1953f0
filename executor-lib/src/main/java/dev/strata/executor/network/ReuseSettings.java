package dev.strata.executor.network;

/**
 * How the reused layers of a network take part in training.
 *
 * @param freeze up to where layers keep their parameters: how many of the lowest, or the name of
 *     the highest of them
 * @param inputDropout share of the network's inputs that is dropped in training, in [0, 1); 0 where
 *     the output of frozen layers is computed once
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
