package dev.strata.executor.learner;

import dev.strata.executor.device.HostMemory;
import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.layer.ResidualLayer;
import dev.strata.executor.network.NetworkShapes;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.step.StepUpdater;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.layers.DropoutLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.params.PReLUParamInitializer;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.optimize.solvers.StochasticGradientDescent;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where {@link DenseFastPath} computes what {@code MultiLayerNetwork.fit} computes; everything else
 * is left to that.
 */
final class DenseFastPathSupport {
  private static final Set<Class<? extends IDropout>> DROPOUTS =
      Set.of(Dropout.class, GaussianDropout.class, AlphaDropout.class);

  private DenseFastPathSupport() {}

  static boolean supports(MultiLayerNetwork network) {
    return obstacle(network).isEmpty();
  }

  /** Why a network's steps are left to {@code fit}; empty where they are not. */
  static Optional<String> obstacle(MultiLayerNetwork network) {
    if (!HostMemory.isHome()) {
      return Optional.of("the arrays are on another device");
    }
    if (!trainsPlainly(network)) {
      return Optional.of("the network has an optimizer, listeners or numbers of its own kind");
    }
    Layer[] layers = network.getLayers();
    int last = layers.length - 1;
    int images = ImageFastPathSupport.layers(network);
    for (int i = Math.max(images, SequenceFastPathSupport.layers(layers)); i <= last; i++) {
      boolean plain = i < last ? isHidden(layers[i]) : isOutput(layers[i]) && isPlain(layers[i]);
      if (!plain) {
        return Optional.of(words(layers[i], i));
      }
    }
    return images > 0 || network.getLayerWiseConfigurations().getInputPreProcessors().isEmpty()
        ? Optional.empty()
        : Optional.of("rows are reshaped between layers");
  }

  private static String words(Layer layer, int index) {
    org.deeplearning4j.nn.conf.layers.Layer settings = layer.conf().getLayer();
    if (layer instanceof ResidualLayer block) {
      for (Layer inner : block.layers()) {
        if (!isHidden(inner)) {
          return words(inner, index);
        }
      }
    }
    return "layer %s has a layer or an option that the fast path lacks (%s)"
        .formatted(name(settings, index), settings.getClass().getSimpleName());
  }

  /** A layer's name, or its number. */
  static String name(org.deeplearning4j.nn.conf.layers.Layer settings, int index) {
    return settings.getLayerName() == null ? "layer" + index : settings.getLayerName();
  }

  private static boolean trainsPlainly(MultiLayerNetwork network) {
    DataType type = network.params() == null ? null : network.params().dataType();
    return (type == DataType.FLOAT || type == DataType.DOUBLE)
        && network.getLayerWiseConfigurations().getBackpropType() == BackpropType.Standard
        && network.getLayerWiseConfigurations().getDataType() == type
        && network.conf().isMiniBatch()
        && network.getListeners().isEmpty()
        && isKnown(network.getUpdater(true))
        && network.getOptimizer().getClass() == StochasticGradientDescent.class
        && ((StochasticGradientDescent) network.getOptimizer()).getGradientsAccumulator() == null;
  }

  private static boolean isKnown(Updater updater) {
    return updater.getClass() == MultiLayerUpdater.class || updater instanceof StepUpdater.OfLayers;
  }

  private static boolean isHidden(Layer layer) {
    return isDropout(layer)
        || (isDense(layer) && isPlain(layer))
        || isBatchNorm(layer)
        || isPrelu(layer)
        || isBlock(layer);
  }

  /** With any activation: DL4J's layer applies none, whatever its configuration names. */
  static boolean isBatchNorm(Layer layer) {
    return layer.conf().getLayer() instanceof BatchNormalization settings
        && settings.getClass() == BatchNormalization.class
        && settings.isUseLogStd()
        && !settings.isLockGammaBeta()
        && settings.isMinibatch()
        && settings.getCnn2DFormat() == CNN2DFormat.NCHW
        && settings.getIDropout() == null
        && hasPlainWeights(settings)
        && FlatMemory.isPlain(layer.getParam(BatchNormalizationParamInitializer.GAMMA));
  }

  private static boolean isPrelu(Layer layer) {
    return layer.conf().getLayer() instanceof PReLULayer settings
        && settings.getClass() == PReLULayer.class
        && settings.getInputShape().length == 1
        && settings.getSharedAxes() == null
        && settings.getIDropout() == null
        && hasPlainWeights(settings)
        && FlatMemory.isPlain(layer.getParam(PReLUParamInitializer.WEIGHT_KEY));
  }

  /** A residual block of vectors whose layers are all known. */
  private static boolean isBlock(Layer layer) {
    return layer instanceof ResidualLayer block
        && layer.conf().getLayer() instanceof Residual settings
        && settings.getBetween().isEmpty()
        && settings.getIDropout() == null
        && block.layers().stream().allMatch(DenseFastPathSupport::isHidden);
  }

  static boolean isDropout(Layer layer) {
    return layer.getClass() == DropoutLayer.class
        && layer.conf().getLayer().getClass()
            == org.deeplearning4j.nn.conf.layers.DropoutLayer.class
        && layer.conf().getLayer().getIDropout() != null
        && hasPlainDropout(layer);
  }

  /** None, or one of those that draw once for each minibatch. */
  static boolean hasPlainDropout(Layer layer) {
    IDropout dropout = layer.conf().getLayer().getIDropout();
    return dropout == null || DROPOUTS.contains(dropout.getClass());
  }

  /** Neither noise nor constraints of DL4J. */
  static boolean hasPlainWeights(BaseLayer settings) {
    return settings.getWeightNoise() == null
        && (settings.getConstraints() == null || settings.getConstraints().isEmpty());
  }

  private static boolean isDense(Layer layer) {
    return layer.getClass() == org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer.class
        && layer.conf().getLayer().getClass() == DenseLayer.class
        && (!LayerNorm.isIn(layer)
            || FlatMemory.isPlain(layer.getParam(DefaultParamInitializer.GAIN_KEY)));
  }

  private static boolean isOutput(Layer layer) {
    return layer.getClass() == org.deeplearning4j.nn.layers.OutputLayer.class
        && layer.conf().getLayer().getClass() == OutputLayer.class;
  }

  private static boolean isPlain(Layer layer) {
    BaseLayer configuration = (BaseLayer) layer.conf().getLayer();
    return isKnown(configuration.getActivationFn())
        && hasPlainDropout(layer)
        && hasPlainWeights(configuration)
        && configuration.initializer().getClass() == DefaultParamInitializer.class
        && layer.conf().isMiniBatch();
  }

  /**
   * Ours, and ND4J's own, which are functions of their arguments; all but one, which draws its
   * slopes at random.
   */
  private static boolean isKnown(IActivation activation) {
    return activation instanceof RightGradient
        || activation instanceof RandomizedRelu
        || (activation.getClass().getPackage() == ActivationIdentity.class.getPackage()
            && activation.getClass() != ActivationRReLU.class);
  }

  /**
   * Rows that {@code fit} would neither mask, convert nor refuse; listeners may have come in the
   * meantime.
   */
  static boolean accepts(MultiLayerNetwork network, Minibatch minibatch) {
    DataType type = network.params().dataType();
    Layer[] layers = network.getLayers();
    long outputs = layers[layers.length - 1].getParam(DefaultParamInitializer.WEIGHT_KEY).size(1);
    long rows = minibatch.rows();
    return minibatch.inputs().length == 1
        && minibatch.labels().length == 1
        && minibatch.masks().length == 0
        && acceptsInput(network, minibatch.inputs()[0], type, rows)
        && isMatrix(minibatch.labels()[0], type, rows, outputs)
        && network.getListeners().isEmpty();
  }

  private static boolean acceptsInput(
      MultiLayerNetwork network, INDArray input, DataType type, long rows) {
    Layer[] layers = network.getLayers();
    if (ImageFastPathSupport.layers(network) > 0) {
      int width = NetworkShapes.image(network.getLayerWiseConfigurations()).orElseThrow().length();
      return isMatrix(input, type, rows, width) && FlatMemory.isPlain(input);
    }
    if (SequenceFastPathSupport.layers(layers) > 0) {
      return SequenceFastPathSupport.accepts(layers[0], input);
    }
    OptionalLong inputs = inputs(List.of(layers));
    return inputs.isPresent() && isMatrix(input, type, rows, inputs.getAsLong());
  }

  /** How many numbers the lowest layer takes; dropout takes any. */
  private static OptionalLong inputs(List<Layer> layers) {
    for (Layer layer : layers) {
      OptionalLong own = OptionalLong.empty();
      if (layer instanceof ResidualLayer block) {
        own = inputs(block.layers());
      } else if (layer.conf().getLayer() instanceof PReLULayer settings) {
        own = OptionalLong.of(settings.getInputShape()[0]);
      } else if (layer.conf().getLayer() instanceof FeedForwardLayer settings
          && !(layer instanceof DropoutLayer)) {
        own = OptionalLong.of(settings.getNIn());
      }
      if (own.isPresent()) {
        return own;
      }
    }
    return OptionalLong.empty();
  }

  private static boolean isMatrix(INDArray array, DataType type, long rows, long columns) {
    return array.rank() == 2
        && array.dataType() == type
        && array.size(0) == rows
        && array.size(1) == columns;
  }
}
