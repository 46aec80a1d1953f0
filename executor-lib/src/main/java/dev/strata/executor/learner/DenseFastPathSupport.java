package dev.strata.executor.learner;

import dev.strata.executor.device.HostMemory;
import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.network.NetworkShapes;
import dev.strata.executor.shard.Minibatch;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.layers.DropoutLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
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
  private DenseFastPathSupport() {}

  static boolean supports(MultiLayerNetwork network) {
    Layer[] layers = network.getLayers();
    int last = layers.length - 1;
    int images = ImageFastPathSupport.layers(network);
    int lowest = Math.max(images, SequenceFastPathSupport.layers(layers));
    return HostMemory.isHome()
        && trainsPlainly(network)
        && IntStream.range(lowest, last).allMatch(i -> isHidden(layers[i]))
        && isOutput(layers[last])
        && isPlain(layers[last])
        && (images > 0 || network.getLayerWiseConfigurations().getInputPreProcessors().isEmpty());
  }

  private static boolean trainsPlainly(MultiLayerNetwork network) {
    DataType type = network.params() == null ? null : network.params().dataType();
    return (type == DataType.FLOAT || type == DataType.DOUBLE)
        && network.getLayerWiseConfigurations().getBackpropType() == BackpropType.Standard
        && network.getLayerWiseConfigurations().getDataType() == type
        && network.conf().isMiniBatch()
        && network.getListeners().isEmpty()
        && network.getUpdater(true).getClass() == MultiLayerUpdater.class
        && network.getOptimizer().getClass() == StochasticGradientDescent.class
        && ((StochasticGradientDescent) network.getOptimizer()).getGradientsAccumulator() == null;
  }

  private static boolean isHidden(Layer layer) {
    return isDropout(layer) || (isDense(layer) && isPlain(layer));
  }

  static boolean isDropout(Layer layer) {
    return layer.getClass() == DropoutLayer.class
        && layer.conf().getLayer().getClass()
            == org.deeplearning4j.nn.conf.layers.DropoutLayer.class
        && layer.conf().getLayer().getIDropout() != null
        && hasPlainDropout(layer);
  }

  /** None, or the usual one; DL4J's other kinds draw in other ways. */
  static boolean hasPlainDropout(Layer layer) {
    IDropout dropout = layer.conf().getLayer().getIDropout();
    return dropout == null || dropout.getClass() == Dropout.class;
  }

  private static boolean isDense(Layer layer) {
    return layer.getClass() == org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer.class
        && layer.conf().getLayer().getClass() == DenseLayer.class
        && !((DenseLayer) layer.conf().getLayer()).hasLayerNorm();
  }

  private static boolean isOutput(Layer layer) {
    return layer.getClass() == org.deeplearning4j.nn.layers.OutputLayer.class
        && layer.conf().getLayer().getClass() == OutputLayer.class;
  }

  private static boolean isPlain(Layer layer) {
    BaseLayer configuration = (BaseLayer) layer.conf().getLayer();
    return isKnown(configuration.getActivationFn())
        && hasPlainDropout(layer)
        && configuration.getWeightNoise() == null
        && (configuration.getConstraints() == null || configuration.getConstraints().isEmpty())
        && configuration.initializer().getClass() == DefaultParamInitializer.class
        && layer.conf().isMiniBatch();
  }

  /**
   * ND4J's own, which are functions of their arguments; all but one, which draws its slopes at
   * random.
   */
  private static boolean isKnown(IActivation activation) {
    return activation instanceof RightGradient
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
    int bottom = 0;
    while (layers[bottom] instanceof DropoutLayer) {
      bottom++;
    }
    long inputs = layers[bottom].getParam(DefaultParamInitializer.WEIGHT_KEY).size(0);
    return isMatrix(input, type, rows, inputs);
  }

  private static boolean isMatrix(INDArray array, DataType type, long rows, long columns) {
    return array.rank() == 2
        && array.dataType() == type
        && array.size(0) == rows
        && array.size(1) == columns;
  }
}
