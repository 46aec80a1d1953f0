package dev.strata.executor.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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
    NetworkConfiguration lower = part(whole, 0, layers, Optional.empty());
    Optional<InputPreProcessor> rows = images(lower, whole.getInputPreProcess(layers));
    return new NetworkCut(lower, part(whole, layers, all, rows), lower.parameterCount());
  }

  /**
   * What makes images again of the rows that are written of the lower part's; empty where they are
   * none, or are taken as vectors.
   */
  private static Optional<InputPreProcessor> images(
      NetworkConfiguration lower, InputPreProcessor above) {
    int width = NetworkShapes.inputWidth(lower);
    boolean mayBe =
        above == null && lower.json().contains(FeedForwardToCnnPreProcessor.class.getName());
    if (!mayBe || width < 1) {
      return Optional.empty();
    }
    MultiLayerNetwork model = (MultiLayerNetwork) lower.newModel();
    INDArray output = model.output(Nd4j.zeros(1, width), false);
    return output.rank() == 4
        ? Optional.of(
            new FeedForwardToCnnPreProcessor(output.size(2), output.size(3), output.size(1)))
        : Optional.empty();
  }

  /** Layers {@code [from, to)} as a network of their own. */
  private static NetworkConfiguration part(
      MultiLayerConfiguration whole, int from, int to, Optional<InputPreProcessor> lowest) {
    MultiLayerConfiguration part = whole.clone();
    List<NeuralNetConfiguration> layers = List.copyOf(part.getConfs().subList(from, to));
    Map<Integer, InputPreProcessor> before = new HashMap<>();
    part.getInputPreProcessors()
        .forEach(
            (layer, processor) -> {
              // Rows between the parts are vectors already.
              boolean flattens = from > 0 && layer == from && isFlattening(processor);
              if (layer >= from && layer < to && !flattens) {
                before.put(layer - from, processor);
              }
            });
    lowest.ifPresent(processor -> before.put(0, processor));
    part.setConfs(new ArrayList<>(layers));
    part.setInputPreProcessors(before);
    MultiLayerNetwork network = new MultiLayerNetwork(part);
    network.init();
    return NetworkConfiguration.of(network);
  }

  private static boolean isFlattening(InputPreProcessor processor) {
    return processor instanceof CnnToFeedForwardPreProcessor;
  }
}
