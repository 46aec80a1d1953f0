package dev.strata.executor.learner;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.FractionalPooling;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.optimizer.Clippings;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * Whether the loss of all rows is one smooth function of a network's parameters, and its gradient
 * the sum of the minibatches' gradients.
 */
final class SmoothLoss {
  private SmoothLoss() {}

  /**
   * @param model before anything is taken out of its configuration
   * @throws StrataException (configuration) naming the layer where it is not
   */
  static void require(Model model) {
    if (type(model) != BackpropType.Standard) {
      throw refused("truncated backpropagation through time", "network");
    }
    for (Layer layer : layers(model)) {
      Optional<String> obstacle = obstacle(layer.conf().getLayer());
      if (obstacle.isPresent()) {
        throw refused(obstacle.get(), "layer " + layer.conf().getLayer().getLayerName());
      }
    }
    if (!RunningStatistics.of(model).isEmpty()) {
      throw refused("batch normalization, whose outputs depend on the minibatch", "network");
    }
  }

  private static Optional<String> obstacle(org.deeplearning4j.nn.conf.layers.Layer layer) {
    if (layer.getIDropout() != null) {
      return Optional.of("dropout");
    }
    if (layer.getConstraints() != null && !layer.getConstraints().isEmpty()) {
      return Optional.of("a constraint such as max-norm");
    }
    if (layer instanceof Residual block) {
      return block.getSurvival() < 1
          ? Optional.of("stochastic depth")
          : block.getLayers().stream().flatMap(inner -> obstacle(inner).stream()).findFirst();
    }
    if (layer instanceof FractionalPooling) {
      return Optional.of("fractional pooling");
    }
    if (!(layer instanceof BaseLayer base)) {
      return Optional.empty();
    }
    if (base.getActivationFn() instanceof RandomizedRelu) {
      return Optional.of("randomized-relu");
    }
    if (base.getWeightNoise() != null) {
      return Optional.of("drop-connect");
    }
    if (Clippings.clips(base.getGradientNormalization())) {
      return Optional.of("clipping");
    }
    List<Regularization> terms = base.getRegularization();
    if (terms != null && terms.stream().anyMatch(WeightDecay.class::isInstance)) {
      return Optional.of("weight-decay");
    }
    return terms != null && terms.stream().anyMatch(L1Regularization.class::isInstance)
        ? Optional.of("l1")
        : Optional.empty();
  }

  private static BackpropType type(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getLayerWiseConfigurations().getBackpropType()
        : ((ComputationGraph) model).getConfiguration().getBackpropType();
  }

  private static Layer[] layers(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getLayers()
        : ((ComputationGraph) model).getLayers();
  }

  private static StrataException refused(String what, String where) {
    return StrataException.configuration("l-bfgs cannot train this network")
        .key("network.updater.type")
        .found(what + " in the " + where)
        .expected("a network without it, or another updater such as adam")
        .build();
  }
}
