package dev.strata.executor.learner;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.RandomizedSlopes;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.TrainableNetwork;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;

/**
 * Puts {@link RightGradient} where a network's layers have an activation whose gradient DL4J
 * computes wrongly, and {@link RandomizedRelu} where slopes are drawn, in a learner's network while
 * it trains; what is saved is made of the stock configuration.
 */
final class RightGradients {
  private final boolean draws;
  private int replaced;

  private RightGradients(boolean draws) {
    this.draws = draws;
  }

  /**
   * @param configuration that the model was made of
   * @throws StrataException (configuration) where a layer has such an activation in a place where
   *     none can be put in
   */
  static void install(Model model, NetworkConfiguration configuration) {
    install(model, configuration, true);
  }

  /**
   * As above.
   *
   * @param draws whether the network draws random numbers
   */
  static void install(Model model, NetworkConfiguration configuration, boolean draws) {
    Map<String, Long> wrong = TrainableNetwork.wrongGradients(configuration);
    RightGradients gradients = new RightGradients(draws);
    for (org.deeplearning4j.nn.api.Layer layer : layers(model)) {
      gradients.replace(layer.conf().getLayer());
    }
    long expected = wrong.values().stream().mapToLong(Long::longValue).sum();
    if (gradients.replaced < expected) {
      throw StrataException.configuration("a layer of the network cannot be trained")
          .found(
              "an activation whose gradient DL4J computes wrongly (elu with an alpha other than 1,"
                  + " precise gelu, randomized-relu), in one of the layers "
                  + String.join(", ", wrong.keySet()))
          .expected("another activation, or these layers frozen")
          .build();
    }
  }

  private static org.deeplearning4j.nn.api.Layer[] layers(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getLayers()
        : ((ComputationGraph) model).getLayers();
  }

  private void replace(Layer layer) {
    if (layer instanceof BaseWrapperLayer wrapper) {
      replace(wrapper.getUnderlying());
    } else if (layer instanceof Residual block) {
      block.getLayers().forEach(this::replace);
    } else if (layer instanceof FrozenLayer frozen) {
      replace(frozen.getLayer());
    } else if (layer instanceof Bidirectional both) {
      replace(both.getFwd());
      replace(both.getBwd());
    } else if (layer instanceof BaseLayer base) {
      of(base.getActivationFn()).ifPresent(base::setActivationFn);
      if (base instanceof AbstractLSTM recurrent) {
        of(recurrent.getGateActivationFn()).ifPresent(recurrent::setGateActivationFn);
      }
    } else if (layer instanceof org.deeplearning4j.nn.conf.layers.ActivationLayer only) {
      of(only.getActivationFn()).ifPresent(only::setActivationFn);
    }
  }

  private Optional<IActivation> of(IActivation stock) {
    if (RandomizedSlopes.are(stock)) {
      replaced++;
      return draws ? Optional.of(new RandomizedRelu()) : Optional.empty();
    }
    Optional<IActivation> right = RightGradient.of(stock);
    right.ifPresent(r -> replaced++);
    return right.or(() -> RightGradient.withoutOverflow(stock));
  }
}
