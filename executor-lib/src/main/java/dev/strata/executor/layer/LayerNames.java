package dev.strata.executor.layer;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Names of layers by what DL4J's parameter names begin with. */
public final class LayerNames {
  private LayerNames() {}

  /**
   * @param prefix index of a layer of a sequential network, name of a vertex of a graph
   * @return the layer's name, or {@code layerINDEX} where it has none
   */
  public static String of(Model model, String prefix) {
    if (model instanceof MultiLayerNetwork network && prefix.matches("\\d{1,6}")) {
      String name = network.getLayer(Integer.parseInt(prefix)).conf().getLayer().getLayerName();
      return name == null ? "layer" + prefix : name;
    }
    return prefix;
  }

  /**
   * A parameter of a layer: its own name, or that of the layer within a residual block and its own,
   * such as {@code dense-2.W}.
   *
   * @param prefix as above
   */
  public static String parameter(Model model, String prefix, String parameter) {
    return model instanceof MultiLayerNetwork network
            && prefix.matches("\\d{1,6}")
            && network.getLayer(Integer.parseInt(prefix)) instanceof ResidualLayer block
        ? block.words(parameter)
        : parameter;
  }
}
