package dev.strata.executor.network;

import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;

/** What a network takes, read from its configuration. */
public final class NetworkShapes {
  private NetworkShapes() {}

  /** Elements of an input row; 0 where the configuration does not say. */
  public static int inputWidth(NetworkConfiguration configuration) {
    if (configuration.kind() == NetworkConfiguration.Kind.MULTI_LAYER) {
      var own = configuration.multiLayer();
      return width(own.getInputPreProcess(0), own.getConf(0).getLayer());
    }
    var own = configuration.graph();
    String input = own.getNetworkInputs().get(0);
    for (var entry : own.getVertexInputs().entrySet()) {
      if (entry.getValue().contains(input)
          && own.getVertices().get(entry.getKey()) instanceof LayerVertex vertex) {
        return width(vertex.getPreProcessor(), vertex.getLayerConf().getLayer());
      }
    }
    return 0;
  }

  private static int width(InputPreProcessor before, Layer first) {
    if (before instanceof FeedForwardToCnnPreProcessor image) {
      return Math.toIntExact(
          image.getInputHeight() * image.getInputWidth() * image.getNumChannels());
    }
    if (before instanceof ReshapePreprocessor reshape) {
      return Math.toIntExact(LongStream.of(reshape.getInputShape()).reduce(1, Math::multiplyExact));
    }
    if (first instanceof EmbeddingSequenceLayer words) {
      return words.getInputLength();
    }
    return first instanceof FeedForwardLayer layer ? Math.toIntExact(layer.getNIn()) : 0;
  }
}
