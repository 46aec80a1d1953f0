package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.preprocess.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.layers.DropoutLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which lower layers of a network of text are computed word by word: vectors, plain convolutions
 * and dropout, up to pooling, in float32. DL4J computes padding too, and its one-dimensional
 * convolution takes nine tenths of a step; these passes give its numbers but for rounding, and draw
 * masks of dropout for words alone.
 */
final class SequenceFastPathSupport {
  private SequenceFastPathSupport() {}

  /** How many of the lowest layers these are; 0 where the network does not begin with such. */
  static int layers(Layer[] layers) {
    if (!(layers[0].conf().getLayer() instanceof EmbeddingSequenceLayer first)
        || !isPlainEmbedding(layers[0], first)) {
      return 0;
    }
    boolean windows = true;
    for (int i = 1; i < layers.length - 1; i++) {
      var settings = layers[i].conf().getLayer();
      if (settings instanceof GlobalPoolingLayer pooling) {
        return isPlainPooling(pooling) ? i + 1 : 0;
      }
      boolean known =
          settings instanceof Convolution1DLayer convolution
              ? isPlainConvolution(layers[i], convolution)
                  && (windows || convolution.getKernelSize()[0] == 1)
              : layers[i] instanceof DropoutLayer && DenseFastPathSupport.isDropout(layers[i]);
      if (!known) {
        return 0;
      }
      // What DL4J computes behind a text's end reaches the windows of a second convolution.
      windows &= !(settings instanceof Convolution1DLayer);
    }
    return 0;
  }

  /**
   * The passes of the lowest layers.
   *
   * @param count as {@link #layers} tells, above 0
   */
  static List<HiddenPass> passes(Layer[] layers, int count, LayerWorkspaceMgr memory) {
    List<HiddenPass> passes = new ArrayList<>();
    TextRows texts = new TextRows();
    int steps = ((EmbeddingSequenceLayer) layers[0].conf().getLayer()).getInputLength();
    passes.add(new EmbeddingPass(layers[0], texts));
    for (int i = 1; i < count; i++) {
      var settings = layers[i].conf().getLayer();
      if (settings instanceof Convolution1DLayer convolution) {
        TextRows windows = new TextRows();
        passes.add(new ConvolutionPass(layers[i], memory, steps, texts, windows));
        steps = ConvolutionPass.positions(convolution, steps);
        texts = windows;
      } else if (settings instanceof GlobalPoolingLayer pooling) {
        passes.add(new PoolingPass(pooling.getPoolingType(), texts));
      } else {
        passes.add(DropoutPass.of(layers[i], memory).orElseThrow());
      }
    }
    return passes;
  }

  /** Rows of known ids, each with a word, and padding behind the words alone. */
  static boolean accepts(Layer embedding, INDArray rows) {
    EmbeddingSequenceLayer settings = (EmbeddingSequenceLayer) embedding.conf().getLayer();
    int steps = settings.getInputLength();
    if (rows.rank() != 2 || rows.size(1) != steps || rows.dataType() != DataType.FLOAT) {
      return false;
    }
    float[] ids = rows.dup('c').data().asFloat();
    for (int i = 0; i < ids.length; i++) {
      boolean padding = ids[i] == Vocabulary.PADDING;
      boolean first = i % steps == 0;
      if (ids[i] != (int) ids[i] || ids[i] < 0 || ids[i] >= settings.getNIn()) {
        return false;
      }
      if (first ? padding : !padding && ids[i - 1] == Vocabulary.PADDING) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlainEmbedding(Layer layer, EmbeddingSequenceLayer settings) {
    return !settings.hasBias()
        && !settings.isInferInputLength()
        && settings.getOutputFormat() == RNNFormat.NCW
        && settings.getActivationFn() instanceof ActivationIdentity
        && settings.getIDropout() == null
        && DenseFastPathSupport.hasPlainWeights(settings)
        && layer.getParam(DefaultParamInitializer.WEIGHT_KEY).dataType() == DataType.FLOAT
        && EmbeddingPass.accepts(layer.getParam(DefaultParamInitializer.WEIGHT_KEY));
  }

  private static boolean isPlainConvolution(Layer layer, Convolution1DLayer settings) {
    ConvolutionMode mode = settings.getConvolutionMode();
    return settings.hasBias()
        && settings.getStride()[0] == 1
        && settings.getDilation()[0] == 1
        && settings.getPadding()[0] == 0
        && (mode == ConvolutionMode.Same || mode == ConvolutionMode.Truncate)
        && settings.getRnnDataFormat() == RNNFormat.NCW
        && DenseFastPathSupport.hasPlainDropout(layer)
        && DenseFastPathSupport.hasPlainWeights(settings)
        && Nonlinearity.of(settings.getActivationFn()).isPresent()
        && FlatMemory.isPlain(layer.getParam(ConvolutionParamInitializer.WEIGHT_KEY))
        && FlatMemory.isPlain(ConvolutionPass.bias(layer));
  }

  static boolean isPlainPooling(GlobalPoolingLayer settings) {
    PoolingType type = settings.getPoolingType();
    return settings.getPoolingDimensions() == null
        && settings.isCollapseDimensions()
        && (type == PoolingType.AVG || type == PoolingType.SUM || type == PoolingType.MAX);
  }
}
