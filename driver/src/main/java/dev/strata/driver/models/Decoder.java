package dev.strata.driver.models;

import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;

/**
 * The way back from a pretrained encoder's output to its input.
 *
 * @param layers top to bottom, at least one
 * @param parameters of these layers in this order, each as {@link DenseShape} lays it out
 */
public record Decoder(List<DenseShape> layers, StateVector parameters) {
  public Decoder {
    layers = List.copyOf(layers);
    long expected = layers.stream().mapToLong(DenseShape::parameters).sum();
    if (layers.isEmpty() || parameters.length() != expected) {
      throw new IllegalArgumentException(
          layers.size() + " layers, " + parameters.length() + " parameters, not " + expected);
    }
  }

  /** The decoder as a stock DL4J network, whose parameters are {@link #parameters}. */
  public NetworkConfiguration network() {
    List<EncoderNetwork.Layer> named = new ArrayList<>();
    for (DenseShape layer : layers) {
      named.add(
          new EncoderNetwork.Layer(
              "decoder-" + (named.size() + 1), layer.inputs(), layer.units(), layer.activation()));
    }
    return EncoderNetwork.of(named, UpdaterSettings.of("sgd", 0.1), 0);
  }
}
