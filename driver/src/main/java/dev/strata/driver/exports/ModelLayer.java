package dev.strata.driver.exports;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.layer.ResidualLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer of a network whose layers lie one upon the other.
 *
 * @param settings as DL4J has them
 * @param parameters DL4J's name → array
 * @param before how DL4J reshapes what the layer takes; null where it does not
 * @param within of a residual block its layers, named {@code BLOCK.LAYER}
 */
record ModelLayer(
    String name,
    Layer settings,
    Map<String, INDArray> parameters,
    InputPreProcessor before,
    List<ModelLayer> within) {

  /**
   * @param file named in errors
   * @return bottom to top
   * @throws StrataException (data) where a layer has several inputs, or its input is not the layer
   *     below
   */
  static List<ModelLayer> of(Model model, String file) {
    List<String> names = new LayerActivations(model).names();
    List<ModelLayer> layers = new ArrayList<>();
    if (model instanceof MultiLayerNetwork network) {
      for (int i = 0; i < names.size(); i++) {
        InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(i);
        layers.add(of(names.get(i), network.getLayer(i), before));
      }
      return layers;
    }
    ComputationGraph graph = (ComputationGraph) model;
    String below = graph.getConfiguration().getNetworkInputs().get(0);
    for (String name : names) {
      GraphVertex vertex = graph.getVertex(name);
      if (!vertex.hasLayer()
          || !graph.getConfiguration().getVertexInputs().get(name).equals(List.of(below))) {
        throw StrataException.data("the model's layers do not lie one upon the other")
            .file(file)
            .found("layer " + name)
            .expected("layers with one input each, the layer below; or --format dl4j")
            .build();
      }
      InputPreProcessor before =
          ((org.deeplearning4j.nn.conf.graph.LayerVertex)
                  graph.getConfiguration().getVertices().get(name))
              .getPreProcessor();
      layers.add(of(name, vertex.getLayer(), before));
      below = name;
    }
    return layers;
  }

  private static ModelLayer of(
      String name, org.deeplearning4j.nn.api.Layer layer, InputPreProcessor before) {
    Layer settings = layer.conf().getLayer();
    while (settings instanceof FrozenLayer frozen) {
      settings = frozen.getLayer();
    }
    List<ModelLayer> within = new ArrayList<>();
    if (layer instanceof ResidualLayer block && settings instanceof Residual own) {
      for (int i = 0; i < block.layers().size(); i++) {
        var inner = block.layers().get(i);
        String innerName = name + "." + inner.conf().getLayer().getLayerName();
        within.add(of(innerName, inner, own.getBetween().get(i)));
      }
    }
    return new ModelLayer(name, settings, layer.paramTable(false), before, List.copyOf(within));
  }
}
