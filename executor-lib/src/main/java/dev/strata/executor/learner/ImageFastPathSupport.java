package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.network.NetworkShapes;
import dev.strata.executor.preprocess.ImageShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.layers.DropoutLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Which lower layers of a network of images are computed by passes of ours: plain convolutions,
 * pooling, batch normalization and dropout, up to the first dense layer, in float32, on rows as
 * {@link NetworkShapes#image} sees them. DL4J's convolution on a CPU takes most of a step; these
 * passes give its numbers but for rounding. Dropout draws as many random numbers, in another order.
 */
final class ImageFastPathSupport {
  private ImageFastPathSupport() {}

  /** How many of the lowest layers these are; 0 where the network does not begin with such. */
  static int layers(MultiLayerNetwork network) {
    Layer[] layers = network.getLayers();
    int count = 0;
    boolean pooled = false;
    while (count < layers.length - 1 && !pooled && isKnown(layers[count])) {
      pooled = layers[count].conf().getLayer() instanceof GlobalPoolingLayer;
      count++;
    }
    // Asked before each step: of networks without such layers the first one tells.
    return count > 0 && shape(network).isPresent() && isOurs(network, count) ? count : 0;
  }

  private static Optional<ImageShape> shape(MultiLayerNetwork network) {
    return network.params() == null || network.params().dataType() != DataType.FLOAT
        ? Optional.empty()
        : NetworkShapes.image(network.getLayerWiseConfigurations());
  }

  /** Nothing stands between the layers but what makes images of rows and vectors of images. */
  private static boolean isOurs(MultiLayerNetwork network, int count) {
    Map<Integer, InputPreProcessor> between =
        network.getLayerWiseConfigurations().getInputPreProcessors();
    boolean pooled = network.getLayer(count - 1).conf().getLayer() instanceof GlobalPoolingLayer;
    boolean flat = between.get(count) instanceof CnnToFeedForwardPreProcessor;
    return pooled ? between.size() == 1 : flat && between.size() == 2;
  }

  private static boolean isKnown(Layer layer) {
    var settings = layer.conf().getLayer();
    if (settings.getClass() == ConvolutionLayer.class) {
      return isPlainConvolution(layer, (ConvolutionLayer) settings);
    }
    if (settings.getClass() == SubsamplingLayer.class) {
      return isPlainPooling((SubsamplingLayer) settings);
    }
    if (settings.getClass() == BatchNormalization.class) {
      return DenseFastPathSupport.isBatchNorm(layer);
    }
    if (settings instanceof GlobalPoolingLayer pooling) {
      PoolingType type = pooling.getPoolingType();
      return SequenceFastPathSupport.isPlainPooling(pooling) && type != PoolingType.SUM;
    }
    return layer instanceof DropoutLayer && DenseFastPathSupport.isDropout(layer);
  }

  private static boolean isPlainConvolution(Layer layer, ConvolutionLayer settings) {
    return settings.hasBias()
        && isPlainMode(settings.getConvolutionMode(), settings.getPadding())
        && settings.getCnn2dDataFormat() == CNN2DFormat.NCHW
        && DenseFastPathSupport.hasPlainDropout(layer)
        && DenseFastPathSupport.hasPlainWeights(settings)
        && Nonlinearity.of(settings.getActivationFn()).isPresent()
        && FlatMemory.isPlain(layer.getParam(ConvolutionParamInitializer.WEIGHT_KEY))
        && FlatMemory.isPlain(layer.getParam(ConvolutionParamInitializer.BIAS_KEY));
  }

  private static boolean isPlainMode(ConvolutionMode mode, int[] padding) {
    return mode == ConvolutionMode.Same
        || (mode == ConvolutionMode.Truncate && padding[0] == 0 && padding[1] == 0);
  }

  private static boolean isPlainPooling(SubsamplingLayer settings) {
    boolean mean = settings.getPoolingType() == PoolingType.AVG;
    return (isMaximum(settings)
            || (mean && settings.getConvolutionMode() == ConvolutionMode.Truncate))
        && isPlainMode(settings.getConvolutionMode(), settings.getPadding())
        && settings.getCnn2dDataFormat() == CNN2DFormat.NCHW
        && settings.getDilation()[0] == 1
        && settings.getDilation()[1] == 1
        && settings.getIDropout() == null;
  }

  /**
   * The passes of the lowest layers.
   *
   * @param count as {@link #layers} tells, above 0
   */
  static List<HiddenPass> passes(MultiLayerNetwork network, int count, LayerWorkspaceMgr memory) {
    ImageShape shape = shape(network).orElseThrow();
    int[] in = {shape.height(), shape.width(), shape.channels()};
    List<HiddenPass> passes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Layer layer = network.getLayer(i);
      var settings = layer.conf().getLayer();
      HiddenPass pass;
      if (settings instanceof ConvolutionLayer s) {
        ImageWindows windows =
            ImageWindows.of(
                in, s.getKernelSize(), s.getStride(), s.getDilation(), s.getConvolutionMode());
        pass = new ImageConvolutionPass(layer, memory, windows);
        in = new int[] {windows.out()[0], windows.out()[1], Math.toIntExact(s.getNOut())};
      } else if (settings instanceof SubsamplingLayer s) {
        ImageWindows windows =
            ImageWindows.of(
                in, s.getKernelSize(), s.getStride(), new int[] {1, 1}, s.getConvolutionMode());
        pass = new ImagePoolingPass(windows, isMaximum(s));
        in = new int[] {windows.out()[0], windows.out()[1], in[2]};
      } else if (settings instanceof GlobalPoolingLayer s) {
        int[] whole = {in[0], in[1]};
        int[] dense = {1, 1};
        ImageWindows windows = ImageWindows.of(in, whole, whole, dense, ConvolutionMode.Truncate);
        pass = new ImagePoolingPass(windows, s.getPoolingType() == PoolingType.MAX);
        in = new int[] {1, 1, in[2]};
      } else if (settings instanceof BatchNormalization) {
        pass = new BatchNormPass(layer);
      } else {
        pass = DropoutPass.of(layer, memory).orElseThrow();
      }
      passes.add(i < count - 1 ? pass : new ImageVectorsPass(pass, in[0] * in[1], in[2]));
    }
    return passes;
  }

  private static boolean isMaximum(SubsamplingLayer settings) {
    return settings.getPoolingType() == PoolingType.MAX;
  }
}
