package dev.strata.executor.learner;

import dev.strata.executor.layer.RandomizedSlopes;
import dev.strata.executor.network.NetworkConfiguration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/** Which networks' steps {@link AcceleratedNetwork} takes. */
final class DeviceNetworkSupport {
  private static final Set<Class<? extends Regularization>> PENALTIES =
      Set.of(L1Regularization.class, L2Regularization.class, WeightDecay.class);

  private static final List<String> PARAMETERS =
      List.of(DefaultParamInitializer.WEIGHT_KEY, DefaultParamInitializer.BIAS_KEY);

  private DeviceNetworkSupport() {}

  /** Why an accelerator cannot take a network's steps; empty where it can. */
  static Optional<String> obstacle(NetworkConfiguration network) {
    if (network.kind() != NetworkConfiguration.Kind.MULTI_LAYER) {
      return Optional.of("a network that is a graph");
    }
    MultiLayerConfiguration configuration = network.multiLayer();
    if (configuration.getBackpropType() != BackpropType.Standard) {
      return Optional.of("truncated backpropagation");
    }
    if (!configuration.getInputPreProcessors().isEmpty()) {
      return Optional.of("rows that are reshaped between layers");
    }
    List<NeuralNetConfiguration> layers = configuration.getConfs();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i).getLayer();
      Optional<String> what =
          i == layers.size() - 1 ? ofOutput(layers.get(i)) : ofHidden(layers.get(i));
      if (what.isPresent()) {
        return Optional.of(
            "layer %s with %s".formatted(DenseFastPathSupport.name(layer, i), what.get()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofHidden(NeuralNetConfiguration settings) {
    Layer layer = settings.getLayer();
    if (layer.getClass() == DropoutLayer.class && layer.getIDropout() != null) {
      return ofDropout(layer);
    }
    if (layer.getClass() != DenseLayer.class) {
      return Optional.of(layer.getClass().getSimpleName());
    }
    DenseLayer dense = (DenseLayer) layer;
    if (dense.hasLayerNorm()) {
      return Optional.of("layer normalization");
    }
    if (RandomizedSlopes.are(dense.getActivationFn())) {
      return Optional.of("the activation randomized-relu");
    }
    return DeviceFunctions.of(dense.getActivationFn()).isEmpty()
        ? Optional.of("the activation " + dense.getActivationFn())
        : ofDense(settings, dense, dense.hasBias());
  }

  private static Optional<String> ofOutput(NeuralNetConfiguration settings) {
    if (settings.getLayer().getClass() != OutputLayer.class) {
      return Optional.of(settings.getLayer().getClass().getSimpleName());
    }
    OutputLayer output = (OutputLayer) settings.getLayer();
    return DeviceLoss.of(output.getActivationFn(), output.getLossFn()).isEmpty()
        ? Optional.of("the loss " + output.getLossFn() + " of " + output.getActivationFn())
        : ofDense(settings, output, output.hasBias());
  }

  private static Optional<String> ofDropout(Layer layer) {
    IDropout dropout = layer.getIDropout();
    return dropout == null
            || dropout.getClass() == Dropout.class && ((Dropout) dropout).getPSchedule() == null
        ? Optional.empty()
        : Optional.of(dropout.getClass().getSimpleName());
  }

  private static Optional<String> ofDense(
      NeuralNetConfiguration settings, BaseLayer layer, boolean hasBias) {
    if (!hasBias || layer.initializer().getClass() != DefaultParamInitializer.class) {
      return Optional.of("parameters other than weights and a bias");
    }
    if (!settings.isMiniBatch()
        || settings.getOptimizationAlgo() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      return Optional.of("an optimizer of its own kind");
    }
    if (!DenseFastPathSupport.hasPlainWeights(layer)) {
      return Optional.of("max-norm or drop-connect");
    }
    return ofDropout(layer).or(() -> ofParameters(layer));
  }

  private static Optional<String> ofParameters(BaseLayer layer) {
    for (String parameter : PARAMETERS) {
      Optional<String> updater = DeviceRule.obstacle(layer.getUpdaterByParam(parameter));
      if (updater.isPresent()) {
        return updater;
      }
      List<Regularization> penalties = layer.getRegularizationByParam(parameter);
      if (penalties != null && !penalties.stream().allMatch(DeviceNetworkSupport::isKnown)) {
        return Optional.of("a regularization that is neither l1, l2 nor weight decay");
      }
    }
    return Optional.empty();
  }

  /** L1, L2 or weight decay: what {@link UpdatedBlock} computes here, too. */
  static boolean isKnown(Regularization penalty) {
    return PENALTIES.contains(penalty.getClass());
  }
}
