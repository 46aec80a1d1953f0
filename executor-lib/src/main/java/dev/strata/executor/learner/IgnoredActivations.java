package dev.strata.executor.learner;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Activations of DL4J's batch normalization, which its configuration names and its layer does not
 * apply. That matters where no other layer there has one: between a layer without activation and
 * one that is no activation layer.
 */
final class IgnoredActivations {
  private IgnoredActivations() {}

  /** A message for each; none for a graph. */
  static List<String> notices(Model model) {
    List<String> notices = new ArrayList<>();
    if (!(model instanceof MultiLayerNetwork network)) {
      return notices;
    }
    Layer[] layers = network.getLayers();
    for (int i = 1; i < layers.length - 1; i++) {
      if (layers[i].conf().getLayer() instanceof BatchNormalization norm
          && !(norm.getActivationFn() instanceof ActivationIdentity)
          && isLinear(layers[i - 1])
          && !(layers[i + 1].conf().getLayer() instanceof ActivationLayer)) {
        notices.add(
            "Layer %s, batch normalization, names the activation %s, which DL4J does not apply, and the layer below has none. Add an activation layer behind it."
                .formatted(norm.getLayerName(), norm.getActivationFn()));
      }
    }
    return notices;
  }

  private static boolean isLinear(Layer layer) {
    return layer.conf().getLayer() instanceof BaseLayer below
        && !(below instanceof BatchNormalization)
        && below.getActivationFn() instanceof ActivationIdentity;
  }
}
