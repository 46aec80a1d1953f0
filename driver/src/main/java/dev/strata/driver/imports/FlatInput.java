package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;

/**
 * Makes a network of images take their numbers as one vector a row, as all of Strata's rows are, in
 * the order in which its own input has them: {@code [b, h · w · c] → [b, h, w, c]}.
 */
final class FlatInput {
  private FlatInput() {}

  /**
   * @param shape of one row of the network's own input
   * @return the network itself where its rows are vectors
   * @throws StrataException (data) where they are neither vectors nor images
   */
  static Model give(Model model, int[] shape, String file) {
    if (shape == null || Arrays.stream(shape).anyMatch(size -> size < 1)) {
      throw refused(file, shape == null ? "no shape" : "shape " + Arrays.toString(shape));
    }
    if (shape.length == 1) {
      return model;
    }
    if (shape.length != 3) {
      throw refused(file, "shape " + Arrays.toString(shape));
    }
    return model instanceof MultiLayerNetwork network
        ? layers(network, shape, file)
        : graph((ComputationGraph) model, shape, file);
  }

  private static Model layers(MultiLayerNetwork network, int[] shape, String file) {
    MultiLayerConfiguration own = network.getLayerWiseConfigurations().clone();
    Map<Integer, InputPreProcessor> between = own.getInputPreProcessors();
    if (between.get(0) != null) {
      throw refused(file, "a network that reshapes its input");
    }
    between.put(0, reshape(shape));
    MultiLayerNetwork flat = new MultiLayerNetwork(own);
    flat.init(network.params().dup(), false);
    return flat;
  }

  private static Model graph(ComputationGraph graph, int[] shape, String file) {
    ComputationGraphConfiguration own =
        ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson());
    String input = own.getNetworkInputs().get(0);
    for (Map.Entry<String, List<String>> entry : own.getVertexInputs().entrySet()) {
      if (!entry.getValue().contains(input)) {
        continue;
      }
      GraphVertex vertex = own.getVertices().get(entry.getKey());
      if (!(vertex instanceof LayerVertex layer) || layer.getPreProcessor() != null) {
        throw refused(file, "images that enter " + entry.getKey());
      }
      layer.setPreProcessor(reshape(shape));
    }
    ComputationGraph flat = new ComputationGraph(own);
    flat.init(graph.params().dup(), false);
    return flat;
  }

  private static InputPreProcessor reshape(int[] shape) {
    long[] image = Arrays.stream(shape).asLongStream().toArray();
    long width = Arrays.stream(image).reduce(1, Math::multiplyExact);
    return new ReshapePreprocessor(new long[] {width}, image, false, CNN2DFormat.NHWC);
  }

  private static StrataException refused(String file, String found) {
    return StrataException.data("the model does not accept rows that are vectors or images")
        .file(file)
        .found(found)
        .expected("an input of shape [width], or [height, width, channels]")
        .build();
  }
}
