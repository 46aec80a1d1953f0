package dev.strata.executor.learner;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;

/**
 * Activations of DL4J's batch normalization, which its configuration names and its layer does not
 * apply. That matters where no layer beside has one. Sigmoid is left out: every layer names it
 * whose author named nothing.
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
          && !(norm.getActivationFn() instanceof ActivationSigmoid)
          && isLinear(layers[i - 1])
          && !isFollowedByActivation(layers, i)) {
        notices.add(
            "Layer %s, batch normalization, names the activation %s, which DL4J does not apply, and the layer below has none. Add an activation layer behind it."
                .formatted(DenseFastPathSupport.name(norm, i), norm.getActivationFn()));
      }
    }
    return notices;
  }

  private static boolean isLinear(Layer layer) {
    return layer.conf().getLayer() instanceof BaseLayer below
        && !(below instanceof BatchNormalization)
        && !(below instanceof PReLULayer)
        && below.getActivationFn() instanceof ActivationIdentity;
  }

  /** Dropout and pooling may stand between. */
  private static boolean isFollowedByActivation(Layer[] layers, int norm) {
    for (int i = norm + 1; i < layers.length; i++) {
      var above = layers[i].conf().getLayer();
      if (above instanceof ActivationLayer || above instanceof PReLULayer) {
        return true;
      }
      if (!(above instanceof DropoutLayer) && !(above instanceof SubsamplingLayer)) {
        return false;
      }
    }
    return false;
  }
}
