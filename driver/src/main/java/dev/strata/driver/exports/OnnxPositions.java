package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;

/**
 * Layers of 1-D convolution networks of numbers as nodes of ONNX, {@code [rows, channels,
 * positions]}: as the import of ONNX makes them. Unlike texts, they have no positions that do not
 * count.
 */
final class OnnxPositions {
  private final OnnxGraph graph;
  private boolean open;
  private int steps;

  OnnxPositions(OnnxGraph graph) {
    this.graph = graph;
  }

  /** Whether the topmost layer gives a vector for each position. */
  boolean isOpen() {
    return open;
  }

  /**
   * What reshapes a layer's input: numbers to channels and positions, or back.
   *
   * @return empty where it is another reshaping
   */
  Optional<String> reshape(String name, InputPreProcessor before, String x) {
    if (!(before instanceof ReshapePreprocessor own)) {
      return Optional.empty();
    }
    long[] target = own.getTargetShape();
    if (!open && target.length == 2 && own.getFormat() == RNNFormat.NCW) {
      open = true;
      steps = Math.toIntExact(target[1]);
      String shape =
          graph.longs(
              name + "/positions", new long[] {-1, target[0], target[1]}, target.length + 1);
      return Optional.of(graph.node("Reshape", name + "/positions", List.of(x, shape)));
    }
    if (open && target.length == 1) {
      open = false;
      return Optional.of(flat(name, x));
    }
    return Optional.empty();
  }

  private String flat(String name, String x) {
    return graph.node("Flatten", name + "/flat", List.of(x), attribute("axis", 1L));
  }

  /** Whether ONNX has this convolution. */
  static boolean has(Convolution1DLayer settings) {
    return settings.getConvolutionMode() != ConvolutionMode.Causal
        && settings.getRnnDataFormat() == RNNFormat.NCW;
  }

  /** The sums before the activation. */
  String convolution(String name, Convolution1DLayer settings, List<String> inputs) {
    return graph.node(
        "Conv",
        name,
        inputs,
        window(
            settings.getKernelSize()[0],
            settings.getStride()[0],
            settings.getDilation()[0],
            settings.getPadding()[0],
            settings.getConvolutionMode() == ConvolutionMode.Same));
  }

  /** Whether ONNX has this pooling of windows: the largest number of windows without padding. */
  static boolean has(Subsampling1DLayer settings) {
    return settings.getPoolingType() == org.deeplearning4j.nn.conf.layers.PoolingType.MAX
        && settings.getConvolutionMode() == ConvolutionMode.Truncate
        && settings.getPadding()[0] == 0
        && Arrays.stream(settings.getDilation()).allMatch(d -> d == 1);
  }

  String largest(String name, Subsampling1DLayer settings, String x) {
    return graph.node(
        "MaxPool",
        name,
        List.of(x),
        window(settings.getKernelSize()[0], settings.getStride()[0], 1, 0, false));
  }

  /** With the zeros at both ends: ONNX Runtime does not count them itself of dilated windows. */
  private AttributeProto[] window(int kernel, int stride, int dilation, int padding, boolean same) {
    int wide = dilation * (kernel - 1) + 1;
    int above = (steps + stride - 1) / stride;
    int all = same ? Math.max(0, (above - 1) * stride + wide - steps) : 2 * padding;
    steps = (steps + all - wide) / stride + 1;
    return new AttributeProto[] {
      OnnxGraph.longs("kernel_shape", List.of((long) kernel)),
      OnnxGraph.longs("strides", List.of((long) stride)),
      OnnxGraph.longs("dilations", List.of((long) dilation)),
      OnnxGraph.longs("pads", List.of((long) all / 2, (long) all - all / 2))
    };
  }

  /** One vector of all positions. */
  String pooling(String name, GlobalPoolingLayer settings, String x) {
    open = false;
    if (settings.getPoolingType() == PoolingType.SUM) {
      String axis = graph.longs(name + "/axis", new long[] {2}, 1);
      return graph.node("ReduceSum", name, List.of(x, axis), attribute("keepdims", 0L));
    }
    boolean largest = settings.getPoolingType() == PoolingType.MAX;
    return flat(
        name, graph.node(largest ? "GlobalMaxPool" : "GlobalAveragePool", name, List.of(x)));
  }
}
