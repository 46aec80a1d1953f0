package dev.strata.driver.models;

import dev.strata.executor.network.NetworkConfiguration;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Which updater trains which parameter: networks that agree in it can share an optimiser's state.
 */
final class Updaters {
  private Updaters() {}

  /** One line a parameter, in DL4J's order: layer, parameter, class of its updater. */
  static List<String> of(NetworkConfiguration network) {
    Model model = network.newModel();
    List<String> lines = new ArrayList<>();
    Layer[] layers =
        model instanceof MultiLayerNetwork stack
            ? stack.getLayers()
            : ((ComputationGraph) model).getLayers();
    for (int i = 0; i < layers.length; i++) {
      Trainable layer = layers[i];
      for (String parameter : layer.paramTable(false).keySet()) {
        var updater = layer.getConfig().getUpdaterByParam(parameter);
        lines.add(i + " " + parameter + " " + updater.getClass().getName());
      }
    }
    return lines;
  }

  static boolean keepState(NetworkConfiguration network) {
    return TrainedModel.optimizerState(network.newModel()) != null;
  }
}
