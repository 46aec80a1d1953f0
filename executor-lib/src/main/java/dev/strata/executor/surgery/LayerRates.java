package dev.strata.executor.surgery;

import java.util.Map;
import java.util.TreeMap;

/**
 * Factors of the learning rate, layer by layer. New layers learn at the network's rate; a layer
 * that keeps its parameters, with k such layers above it, at {@code reused · depth^k} times that; a
 * layer that is named, at its own factor times that.
 *
 * @param reused factor of all layers that keep their parameters; &gt; 0
 * @param depth factor from such a layer to the next one below it; &gt; 0
 * @param layers name → factor, instead of the rule; &gt; 0
 */
public record LayerRates(double reused, double depth, Map<String, Double> layers) {
  /** The default of the keys: one rate for all layers. */
  public static final LayerRates EQUAL = new LayerRates(1, 1, Map.of());

  public LayerRates {
    layers = new TreeMap<>(layers);
  }

  /**
   * @param kept whether the layer keeps its parameters
   * @param keptAbove layers above it that do
   */
  double factor(String name, boolean kept, int keptAbove) {
    Double own = layers.get(name);
    if (own != null) {
      return own;
    }
    return kept ? reused * Math.pow(depth, keptAbove) : 1;
  }
}
