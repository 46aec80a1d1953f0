package dev.strata.executor.network;

import dev.strata.executor.layer.Residual;
import dev.strata.executor.preprocess.ImageShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.preprocessors.PermutePreprocessor;
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

  /** Whether its rows are sequences, or ids of words or categories. */
  public static boolean takesSequences(NetworkConfiguration configuration) {
    return lowest(configuration).stream().anyMatch(NetworkShapes::takesSequences);
  }

  private static boolean takesSequences(Layer layer) {
    if (layer instanceof BaseWrapperLayer wrapper) {
      return takesSequences(wrapper.getUnderlying());
    }
    return layer instanceof EmbeddingLayer
        || layer instanceof EmbeddingSequenceLayer
        || layer instanceof BaseRecurrentLayer
        || layer instanceof Bidirectional
        || layer instanceof Convolution1DLayer;
  }

  /** The layers that take the network's inputs. */
  private static List<Layer> lowest(NetworkConfiguration configuration) {
    if (configuration.kind() == NetworkConfiguration.Kind.MULTI_LAYER) {
      return List.of(configuration.multiLayer().getConf(0).getLayer());
    }
    var own = configuration.graph();
    List<Layer> found = new ArrayList<>();
    own.getVertexInputs()
        .forEach(
            (name, inputs) -> {
              if (own.getVertices().get(name) instanceof LayerVertex vertex
                  && inputs.stream().anyMatch(own.getNetworkInputs()::contains)) {
                found.add(vertex.getLayerConf().getLayer());
              }
            });
    return found;
  }

  /** How a sequential network sees its rows as images; empty where it does not say. */
  public static Optional<ImageShape> image(NetworkConfiguration configuration) {
    if (configuration.kind() != NetworkConfiguration.Kind.MULTI_LAYER) {
      return Optional.empty();
    }
    return image(configuration.multiLayer());
  }

  /** How a network sees its rows as images; empty where it does not say. */
  public static Optional<ImageShape> image(MultiLayerConfiguration configuration) {
    InputPreProcessor before = configuration.getInputPreProcess(0);
    if (before instanceof FeedForwardToCnnPreProcessor planes && planes.getNumChannels() == 1) {
      return Optional.of(shape(planes.getInputHeight(), planes.getInputWidth(), 1));
    }
    // As ImageLayers makes it: rows of pixels, whose channels become planes.
    return before instanceof ComposableInputPreProcessor several
            && several.getInputPreProcessors().length == 2
            && several.getInputPreProcessors()[0] instanceof FeedForwardToCnnPreProcessor pixels
            && several.getInputPreProcessors()[1] instanceof PermutePreprocessor turn
            && Arrays.equals(turn.getPermutationIndices(), new int[] {0, 3, 1, 2})
        ? Optional.of(
            shape(pixels.getNumChannels(), pixels.getInputHeight(), pixels.getInputWidth()))
        : Optional.empty();
  }

  private static ImageShape shape(long height, long width, long channels) {
    return new ImageShape(
        Math.toIntExact(height), Math.toIntExact(width), Math.toIntExact(channels));
  }

  private static int width(InputPreProcessor before, Layer first) {
    if (before instanceof ComposableInputPreProcessor several) {
      return width(several.getInputPreProcessors()[0], first);
    }
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
    if (first instanceof Residual block && !block.getLayers().isEmpty()) {
      return width(block.getBetween().get(0), block.getLayers().get(0));
    }
    if (first instanceof PReLULayer prelu) {
      return Math.toIntExact(LongStream.of(prelu.getInputShape()).reduce(1, Math::multiplyExact));
    }
    return first instanceof FeedForwardLayer layer ? Math.toIntExact(layer.getNIn()) : 0;
  }
}
