package dev.strata.executor.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A sequential network cut between two layers. The output of the lower part is the input of the
 * upper one; the flat parameters of the whole are those of the lower part, then those of the upper.
 *
 * @param lowerParameters number of elements of the flat parameters that belong to the lower part
 */
public record NetworkCut(
    NetworkConfiguration lower, NetworkConfiguration upper, long lowerParameters) {

  /**
   * @param layers of the lower part, at least 1 and fewer than all
   */
  public static NetworkCut above(NetworkConfiguration network, int layers) {
    MultiLayerConfiguration whole = network.multiLayer();
    int all = whole.getConfs().size();
    if (layers < 1 || layers >= all) {
      throw new IllegalArgumentException("a cut above layer " + layers + " of " + all);
    }
    NetworkConfiguration lower = part(whole, 0, layers);
    return new NetworkCut(lower, part(whole, layers, all), lower.parameterCount());
  }

  /** Layers {@code [from, to)} as a network of their own. */
  private static NetworkConfiguration part(MultiLayerConfiguration whole, int from, int to) {
    MultiLayerConfiguration part = whole.clone();
    List<NeuralNetConfiguration> layers = List.copyOf(part.getConfs().subList(from, to));
    Map<Integer, InputPreProcessor> before = new HashMap<>();
    part.getInputPreProcessors()
        .forEach(
            (layer, processor) -> {
              if (layer >= from && layer < to) {
                before.put(layer - from, processor);
              }
            });
    part.setConfs(new ArrayList<>(layers));
    part.setInputPreProcessors(before);
    MultiLayerNetwork network = new MultiLayerNetwork(part);
    network.init();
    return NetworkConfiguration.of(network);
  }
}
