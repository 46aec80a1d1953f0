package dev.strata.executor.network;

import dev.strata.executor.preprocess.ImageShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * How a network's convolutions cut the elements of a row into an image. DL4J takes as many elements
 * in any other shape without a word, and sees noise.
 */
final class ImageInput {
  private ImageInput() {}

  /** Why the network does not see the data's images; empty where it does, or takes no images. */
  static Optional<String> problem(Model model, ImageShape data) {
    for (InputPreProcessor first : first(model)) {
      if (!(first instanceof FeedForwardToCnnPreProcessor image)
          || image.getInputHeight() == 1
          || image.getInputWidth() == 1) {
        continue;
      }
      if (image.getInputHeight() != data.height() || image.getInputWidth() != data.width()) {
        return Optional.of(
            "images of %d × %d".formatted(image.getInputHeight(), image.getInputWidth()));
      }
      if (data.channels() > 1) {
        return Optional.of("colour planes, but the rows have interleaved colours");
      }
    }
    return Optional.empty();
  }

  /** What stands between the rows and the layers that take them. */
  private static List<InputPreProcessor> first(Model model) {
    List<InputPreProcessor> found = new ArrayList<>();
    if (model instanceof MultiLayerNetwork network) {
      found.add(network.getLayerWiseConfigurations().getInputPreProcess(0));
      return found;
    }
    ComputationGraphConfiguration graph = ((ComputationGraph) model).getConfiguration();
    for (Map.Entry<String, GraphVertex> vertex : graph.getVertices().entrySet()) {
      boolean lowest =
          graph.getVertexInputs().get(vertex.getKey()).stream()
              .anyMatch(graph.getNetworkInputs()::contains);
      if (lowest && vertex.getValue() instanceof LayerVertex layer) {
        found.add(layer.getPreProcessor());
      } else if (lowest && vertex.getValue() instanceof PreprocessorVertex own) {
        found.add(own.getPreProcessor());
      }
    }
    return found;
  }
}
